using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests.Api.Access;

public sealed class AccessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_account_may_what_its_bindings_say_and_is_told_so()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        var user = $"system:serviceaccount:{ns}:robot";
        using var http = cluster.Http(await TokenAsync(cluster, ns, "robot"));

        (await RefusalAsync(http, $"/api/v1/namespaces/{ns}/pods")).ShouldBe($"pods is forbidden: User \"{user}\" cannot list resource \"pods\" in API group \"\" in the namespace \"{ns}\"");
        (await RefusalAsync(http, "/api/v1/nodes")).ShouldBe($"nodes is forbidden: User \"{user}\" cannot list resource \"nodes\" in API group \"\" at the cluster scope");
        (await RefusalAsync(http, $"/apis/apps/v1/namespaces/{ns}/deployments/x/scale"))
            .ShouldBe($"deployments.apps \"x\" is forbidden: User \"{user}\" cannot get resource \"deployments/scale\" in API group \"apps\" in the namespace \"{ns}\"");
        (await RefusalAsync(http, "/metrics")).ShouldBe($"forbidden: User \"{user}\" cannot get path \"/metrics\"");
        (await http.GetAsync(Path("/version"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await PostAsync(cluster, $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles", """
            {"metadata":{"name":"reader"},"rules":[
              {"apiGroups":[""],"resources":["pods"],"verbs":["list"]},
              {"apiGroups":[""],"resources":["configmaps"],"resourceNames":["one"],"verbs":["get"]},
              {"apiGroups":["apps"],"resources":["*/scale"],"verbs":["*"]}]}
            """);
        await PostAsync(cluster, $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings", """
            {"metadata":{"name":"reader"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"reader"},"subjects":[{"kind":"ServiceAccount","name":"robot"}]}
            """);

        (await http.GetAsync(Path($"/api/v1/namespaces/{ns}/pods"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync(Path("/api/v1/namespaces/default/pods"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await http.GetAsync(Path($"/api/v1/namespaces/{ns}/pods?watch=true"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await http.GetAsync(Path($"/api/v1/namespaces/{ns}/configmaps/one"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.GetAsync(Path($"/api/v1/namespaces/{ns}/configmaps/two"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await http.GetAsync(Path($"/apis/apps/v1/namespaces/{ns}/deployments/x/scale"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.GetAsync(Path($"/apis/apps/v1/namespaces/{ns}/deployments/x"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_token_ends_with_its_time_its_account_and_its_signature()
    {
        var clock = new ShiftedTime();
        await using var cluster = await TestCluster.StartAsync(options => options with { Time = clock });
        var ns = await cluster.NamespaceAsync();
        var token = await TokenAsync(cluster, ns, "robot");
        using var http = cluster.Http(token);
        (await http.GetAsync(Path("/version"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var forged = cluster.Http(token[..^4] + (token.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA"));
        (await forged.GetAsync(Path("/version"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var nonsense = cluster.Http("a.b.c");
        (await nonsense.GetAsync(Path("/version"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        clock.Shift = TimeSpan.FromHours(2);
        (await http.GetAsync(Path("/version"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        clock.Shift = TimeSpan.Zero;
        (await http.GetAsync(Path("/version"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await cluster.Client.CoreV1.DeleteNamespacedServiceAccountAsync("robot", ns, cancellationToken: Cancellation);
        (await http.GetAsync(Path("/version"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Nobody_grants_what_they_do_not_have()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        using var http = cluster.Http(await TokenAsync(cluster, ns, "robot"));
        await PostAsync(cluster, $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles", """
            {"metadata":{"name":"granter"},"rules":[
              {"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles","rolebindings"],"verbs":["create"]},
              {"apiGroups":[""],"resources":["pods"],"verbs":["get","list"]}]}
            """);
        await PostAsync(cluster, $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings", """
            {"metadata":{"name":"granter"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"granter"},"subjects":[{"kind":"ServiceAccount","name":"robot"}]}
            """);

        using var held = await http.PostAsync(Path($"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles"),
            Json("""{"metadata":{"name":"held"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}"""), Cancellation);
        held.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var more = await http.PostAsync(Path($"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles"),
            Json("""{"metadata":{"name":"more"},"rules":[{"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}]}"""), Cancellation);
        more.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await more.Content.ReadAsStringAsync(Cancellation)).ShouldContain("is attempting to grant RBAC permissions not currently held:");
        using var bound = await http.PostAsync(Path($"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings"),
            Json("""{"metadata":{"name":"more"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"User","name":"x"}]}"""), Cancellation);
        bound.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_aggregation_may_gather_anything_so_that_only_who_may_do_everything_makes_one()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var http = cluster.Http(await TokenAsync(cluster, "default", "robot"));
        await PostAsync(cluster, "/apis/rbac.authorization.k8s.io/v1/clusterroles", """
            {"metadata":{"name":"granter"},"rules":[{"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"verbs":["create","get","patch"]}]}
            """);
        await BindAsync("granter");
        (await GatherAsync("mine")).ShouldBe("clusterroles.rbac.authorization.k8s.io \"mine\" is forbidden: must have cluster-admin privileges to use the aggregationRule");

        // A label that makes another role gather this one grants as well as a rule does.
        using var labelled = await http.PatchAsync(Path("/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin"),
            new StringContent("""{"metadata":{"labels":{"rbac.authorization.k8s.io/aggregate-to-view":"true"}}}""", System.Text.Encoding.UTF8, "application/merge-patch+json"), Cancellation);
        (await labelled.Content.ReadAsStringAsync(Cancellation)).ShouldContain("is attempting to grant RBAC permissions not currently held");

        await BindAsync("cluster-admin");
        (await GatherAsync("mine")).ShouldBe("");

        Task BindAsync(string role) => PostAsync(cluster, "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"robot-{role}" },
            ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = role },
            ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["namespace"] = "default", ["name"] = "robot" }),
        }.ToJsonString());

        async Task<string> GatherAsync(string name)
        {
            using var response = await http.PostAsync(Path("/apis/rbac.authorization.k8s.io/v1/clusterroles"),
                Json($$$"""{"metadata":{"name":"{{{name}}}"},"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"any":"one"}}]},"rules":[]}"""), Cancellation);
            return response.StatusCode == HttpStatusCode.Created ? "" : KubernetesJson.Deserialize<V1Status>(await response.Content.ReadAsStringAsync(Cancellation)).Message;
        }
    }

    [Fact]
    public async Task Who_may_only_patch_applies_to_what_there_is_and_makes_nothing_new()
    {
        await using var cluster = await TestCluster.StartAsync();
        var ns = await cluster.NamespaceAsync();
        using var http = cluster.Http(await TokenAsync(cluster, ns, "robot"));
        await AllowAsync("patcher", "patch");
        using var refused = await ApplyAsync();
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        KubernetesJson.Deserialize<V1Status>(await refused.Content.ReadAsStringAsync(Cancellation)).Message.ShouldBe(
            $"configmaps \"one\" is forbidden: User \"system:serviceaccount:{ns}:robot\" cannot create resource \"configmaps\" in API group \"\" in the namespace \"{ns}\"");

        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "one" } }, ns, cancellationToken: Cancellation);
        using var changed = await ApplyAsync();
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);

        await cluster.Client.CoreV1.DeleteNamespacedConfigMapAsync("one", ns, cancellationToken: Cancellation);
        await AllowAsync("creator", "create");
        using var created = await ApplyAsync();
        created.StatusCode.ShouldBe(HttpStatusCode.Created);

        Task<HttpResponseMessage> ApplyAsync() => http.PatchAsync(Path($"/api/v1/namespaces/{ns}/configmaps/one?fieldManager=robot"),
            new StringContent("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":"b"}}""", System.Text.Encoding.UTF8, "application/apply-patch+yaml"), Cancellation);

        async Task AllowAsync(string name, string verb)
        {
            await PostAsync(cluster, $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles",
                $$$"""{"metadata":{"name":"{{{name}}}"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["{{{verb}}}"]}]}""");
            await PostAsync(cluster, $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings",
                $$$"""{"metadata":{"name":"{{{name}}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"{{{name}}}"},"subjects":[{"kind":"ServiceAccount","name":"robot"}]}""");
        }
    }

    [Fact]
    public async Task A_client_certificate_of_the_authority_says_who_it_is()
    {
        await using var cluster = await TestCluster.StartAsync();
        (await WhoAsync(cluster, "CN=alice,O=one,O=two", ownAuthority: true)).ShouldBe("alice one,two,system:authenticated");
        (await WhoAsync(cluster, "CN=alice,O=one", ownAuthority: false)).ShouldBe("Unauthorized");
    }

    [Fact]
    public async Task Kubectl_tells_who_may_do_what()
    {
        await using var cluster = await TestCluster.StartAsync();
        var kubectl = await Kubectl.FindAsync(cluster);
        (await kubectl.RunAsync("create", "namespace", "made")).ShouldBe("namespace/made created");
        (await kubectl.RunAsync("-n", "made", "get", "sa", "-o", "name")).ShouldBe("serviceaccount/default");
        (await kubectl.RunAsync("-n", "made", "create", "sa", "robot")).ShouldBe("serviceaccount/robot created");
        (await kubectl.RunAsync("create", "clusterrole", "looker", "--verb=get,list", "--resource=pods,deployments.apps/scale")).ShouldBe("clusterrole.rbac.authorization.k8s.io/looker created");
        (await kubectl.RunAsync("-n", "made", "create", "rolebinding", "looks", "--clusterrole=looker", "--serviceaccount=made:robot")).ShouldBe("rolebinding.rbac.authorization.k8s.io/looks created");

        var robot = "--as=system:serviceaccount:made:robot";
        (await kubectl.RunAsync("auth", "whoami")).ShouldContain("tempocos-admin");
        (await kubectl.RunAsync("auth", "whoami", robot, "-o", "jsonpath={.status.userInfo.groups}")).ShouldContain("system:serviceaccounts:made");
        (await kubectl.RunAsync("-n", "made", "auth", "can-i", "list", "pods", robot)).ShouldBe("yes");
        (await kubectl.RunAsync("-n", "default", "auth", "can-i", "list", "pods", robot)).ShouldStartWith("no");
        (await kubectl.RunAsync("-n", "made", "auth", "can-i", "delete", "pods", robot)).ShouldStartWith("no");
        var list = await kubectl.RunAsync("-n", "made", "auth", "can-i", "--list", robot);
        list.ShouldContain("deployments.apps/scale");
        list.ShouldContain("[get list]");
        (await kubectl.RunAsync("-n", "made", "get", "secrets", robot))
            .ShouldBe("Error from server (Forbidden): secrets is forbidden: User \"system:serviceaccount:made:robot\" cannot list resource \"secrets\" in API group \"\" in the namespace \"made\"");

        var token = await kubectl.RunAsync("-n", "made", "create", "token", "robot", "--duration=20m");
        using var http = cluster.Http(token);
        (await http.GetAsync(Path("/api/v1/namespaces/made/pods"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await kubectl.RunAsync("-n", "made", "create", "token", "robot", "--duration=5m")).ShouldContain("may not specify a duration less than 10 minutes");

        (await kubectl.RunAsync("create", "clusterrole", "everything", "--aggregation-rule=part=yes")).ShouldContain("created");
        (await kubectl.RunAsync("label", "clusterrole", "looker", "part=yes")).ShouldContain("labeled");
        await Eventually.TrueAsync("the aggregated rules", async () => (await kubectl.RunAsync("get", "clusterrole", "everything", "-o", "jsonpath={.rules[0].resources[0]}")) == "pods");
        (await kubectl.RunAsync("describe", "clusterrole", "everything")).ShouldContain("pods");
    }

    [Fact]
    public async Task Tokens_and_subjects_are_reviewed()
    {
        await using var cluster = await TestCluster.StartAsync();
        var token = await TokenAsync(cluster, "default", "robot");
        var good = await cluster.Client.AuthenticationV1.CreateTokenReviewAsync(new V1TokenReview { Spec = new V1TokenReviewSpec { Token = token } }, cancellationToken: Cancellation);
        (good.Status.Authenticated, good.Status.User.Username).ShouldBe((true, "system:serviceaccount:default:robot"));
        var bad = await cluster.Client.AuthenticationV1.CreateTokenReviewAsync(new V1TokenReview { Spec = new V1TokenReviewSpec { Token = "x" } }, cancellationToken: Cancellation);
        (bad.Status.Authenticated ?? false).ShouldBeFalse();

        var asked = new V1SubjectAccessReview
        {
            Spec = new V1SubjectAccessReviewSpec { User = "bob", Groups = ["system:masters"], ResourceAttributes = new V1ResourceAttributes { Verb = "get", Resource = "pods" } },
        };
        (await cluster.Client.AuthorizationV1.CreateSubjectAccessReviewAsync(asked, cancellationToken: Cancellation)).Status.Allowed.ShouldBeTrue();
        asked.Spec.Groups = ["others"];
        (await cluster.Client.AuthorizationV1.CreateSubjectAccessReviewAsync(asked, cancellationToken: Cancellation)).Status.Allowed.ShouldBeFalse();
    }

    private static async Task<string> TokenAsync(TestCluster cluster, string ns, string account)
    {
        var core = cluster.Client.CoreV1;
        await core.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = account } }, ns, cancellationToken: Cancellation);
        var issued = await core.CreateNamespacedServiceAccountTokenAsync(new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec() }, account, ns, cancellationToken: Cancellation);
        return issued.Status.Token;
    }

    private static async Task<string> RefusalAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(Path(path), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        return KubernetesJson.Deserialize<V1Status>(await response.Content.ReadAsStringAsync(Cancellation)).Message;
    }

    private static async Task PostAsync(TestCluster cluster, string path, string body)
    {
        using var http = cluster.Http();
        using var response = await http.PostAsync(Path(path), Json(body), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task<string> WhoAsync(TestCluster cluster, string subject, bool ownAuthority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        var (from, until) = (DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddHours(1));
        using var authority = X509Certificate2.CreateFromPemFile(cluster.Data("ca.crt"), cluster.Data("ca.key"));
        using var issued = ownAuthority ? request.Create(authority, from, until, RandomNumberGenerator.GetBytes(8)) : request.CreateSelfSigned(from, until);
        using var withKey = issued.HasPrivateKey ? issued : issued.CopyWithPrivateKey(key);
        using var usable = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        handler.ClientCertificates.Add(usable);
        using var http = new HttpClient(handler) { BaseAddress = cluster.Url };
        using var response = await http.PostAsJsonAsync(Path("/apis/authentication.k8s.io/v1/selfsubjectreviews"), new { }, Cancellation);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            return "Unauthorized";
        }

        var user = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!["status"]!["userInfo"]!;
        return $"{user["username"]} {string.Join(",", user["groups"]!.AsArray().Select(group => group!.GetValue<string>()))}";
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    private static Uri Path(string path) => new(path, UriKind.Relative);

    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
    }
}
