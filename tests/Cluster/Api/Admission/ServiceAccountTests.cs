using k8s;
using k8s.Models;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Api.Admission;

/// <summary>What a new pod has of its service account, as kube-apiserver 1.36 gives it.</summary>
public sealed class ServiceAccountTests(PlainCluster shared) : IClassFixture<PlainCluster>
{
    private const string Path = "/var/run/secrets/kubernetes.io/serviceaccount";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ICoreV1Operations Core => shared.Cluster.Client.CoreV1;

    [Fact]
    public async Task A_pod_of_an_account_that_is_not_there_is_refused()
    {
        var ns = await shared.Cluster.NamespaceAsync();
        var refused = await PostAsync(ns, """{"metadata":{"name":"p"},"spec":{"serviceAccountName":"nobody","containers":[{"name":"c","image":"x"}]}}""");
        (refused.Code, refused.Body.Text("reason"), refused.Message).ShouldBe((403, "Forbidden", $"pods \"p\" is forbidden: error looking up service account {ns}/nobody: serviceaccount \"nobody\" not found"));
        (refused.Body.Text("details", "name"), refused.Body.Text("details", "kind")).ShouldBe(("p", "pods"));
        (await PostAsync(ns, """{"metadata":{"generateName":"p-"},"spec":{"serviceAccount":"nobody","containers":[{"name":"c","image":"x"}]}}"""))
            .Message.ShouldBe($"pods \"p-\" is forbidden: error looking up service account {ns}/nobody: serviceaccount \"nobody\" not found");

        await Core.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "nobody" } }, ns, cancellationToken: Cancellation);
        var made = await PostAsync(ns, """{"metadata":{"name":"p"},"spec":{"serviceAccount":"nobody","nodeName":"elsewhere","containers":[{"name":"c","image":"x"}]}}""");
        (made.Code, made.Body.Text("spec", "serviceAccountName"), made.Body.Text("spec", "serviceAccount")).ShouldBe((201, "nobody", "nobody"));
    }

    [Fact]
    public async Task A_pod_that_names_no_secrets_to_pull_with_has_those_of_its_account()
    {
        var ns = await shared.Cluster.NamespaceAsync();
        await Core.CreateNamespacedServiceAccountAsync(
            new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "puller" }, ImagePullSecrets = [new() { Name = "one" }, new() { Name = "two" }] }, ns, cancellationToken: Cancellation);
        var silent = await PostAsync(ns, """{"metadata":{"name":"silent"},"spec":{"serviceAccountName":"puller","nodeName":"elsewhere","containers":[{"name":"c","image":"x"}]}}""");
        silent.Body.At("spec", "imagePullSecrets")!.ToJsonString().ShouldBe("""[{"name":"one"},{"name":"two"}]""");
        var own = await PostAsync(ns, """{"metadata":{"name":"own"},"spec":{"serviceAccountName":"puller","imagePullSecrets":[{"name":"three"}],"nodeName":"elsewhere","containers":[{"name":"c","image":"x"}]}}""");
        own.Body.At("spec", "imagePullSecrets")!.ToJsonString().ShouldBe("""[{"name":"three"}]""");
        (await PostAsync(ns, """{"metadata":{"name":"plain"},"spec":{"nodeName":"elsewhere","containers":[{"name":"c","image":"x"}]}}""")).Body.At("spec", "imagePullSecrets").ShouldBeNull();
    }

    [Fact]
    public async Task The_token_is_a_volume_of_the_pod_unless_the_pod_or_else_its_account_wants_none()
    {
        var ns = await shared.Cluster.NamespaceAsync();
        await Core.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "closed" }, AutomountServiceAccountToken = false }, ns, cancellationToken: Cancellation);
        var all = (await PostAsync(ns, """
            {"metadata":{"name":"all"},"spec":{"nodeName":"elsewhere","initContainers":[{"name":"i","image":"x"}],"volumes":[{"name":"own","emptyDir":{}}],
            "containers":[{"name":"a","image":"x"},{"name":"b","image":"x","volumeMounts":[{"name":"own","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}]}]}}
            """)).Body.At("spec");
        var volume = all.Objects("volumes").Last();
        volume.Text("name")!.ShouldMatch("^kube-api-access-[a-z0-9]{5}$");
        volume.At("projected")!.ToJsonString().ShouldBe(
            """{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},"""
            + """{"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}""");
        all.Objects("initContainers").Concat(all.Objects("containers")).Select(container => container.Objects("volumeMounts").Single()).Select(mount => (mount.Text("name"), mount.Text("mountPath"), mount.Flag("readOnly")))
            .ShouldBe([(volume.Text("name"), Path, true), (volume.Text("name"), Path, true), ("own", Path, false)]);

        (await VolumesAsync("own", "automountServiceAccountToken", "false")).ShouldBe(0);
        (await VolumesAsync("account", "serviceAccountName", "\"closed\"")).ShouldBe(0);
        (await VolumesAsync("both", "serviceAccountName", "\"closed\",\"automountServiceAccountToken\":true")).ShouldBe(1);

        async Task<int> VolumesAsync(string name, string field, string value) => (await PostAsync(ns,
            $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"{{{field}}}":{{{value}}},"nodeName":"elsewhere","containers":[{"name":"c","image":"x"}]} }""")).Body.Objects("spec", "volumes").Count();
    }

    [Fact]
    public async Task A_namespace_has_its_account_and_the_authority_at_once_however_it_is_made_and_gets_them_back()
    {
        for (var i = 0; i < 10; i++)
        {
            var name = $"at-once-{Guid.NewGuid():N}";
            var created = i % 2 == 0
                ? await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}"}}""")
                : await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Patch, $"/api/v1/namespaces/{name}?fieldManager=test", $$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}"}}""", "application/apply-patch+yaml");
            created.Code.ShouldBe(201, created.Text);
            (await Core.ListNamespacedServiceAccountAsync(name, cancellationToken: Cancellation)).Items.Select(account => account.Name()).ShouldBe(["default"]);
            (await Core.ReadNamespacedConfigMapAsync("kube-root-ca.crt", name, cancellationToken: Cancellation)).Data["ca.crt"].ShouldStartWith("-----BEGIN CERTIFICATE-----");
        }

        var ns = await shared.Cluster.NamespaceAsync();
        await Core.DeleteNamespacedServiceAccountAsync("default", ns, cancellationToken: Cancellation);
        (await PostAsync(ns, """{"metadata":{"name":"p"},"spec":{"nodeName":"elsewhere","containers":[{"name":"c","image":"x"}]}}""")).Code.ShouldBe(201);
        await Core.PatchNamespacedConfigMapAsync(new V1Patch("""{"data":{"ca.crt":"other"}}""", V1Patch.PatchType.MergePatch), "kube-root-ca.crt", ns, cancellationToken: Cancellation);
        await Eventually.TrueAsync("the authority to be itself", async () =>
            (await Core.ReadNamespacedConfigMapAsync("kube-root-ca.crt", ns, cancellationToken: Cancellation)).Data["ca.crt"].StartsWith("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal));
        await Core.DeleteNamespacedConfigMapAsync("kube-root-ca.crt", ns, cancellationToken: Cancellation);
        await Eventually.TrueAsync("the authority to come back", async () => (await Core.ListNamespacedConfigMapAsync(ns, cancellationToken: Cancellation)).Items.Count == 1);
    }

    [Fact]
    public async Task Controllers_say_that_they_were_refused_and_try_again()
    {
        var ns = await shared.Cluster.NamespaceAsync();
        const string Rest = """{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"serviceAccountName":"late","nodeName":"elsewhere","containers":[{"name":"c","image":"x"}]}}}""";
        (await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, $"/apis/apps/v1/namespaces/{ns}/replicasets", $$$"""{"metadata":{"name":"one"},"spec":{{{Rest}}} }""")).Code.ShouldBe(201);
        (await ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, $"/apis/apps/v1/namespaces/{ns}/statefulsets", $$$"""{"metadata":{"name":"two"},"spec":{{{Rest.Replace("\"b\"", "\"c\"", StringComparison.Ordinal)}}} }""")).Code.ShouldBe(201);
        await Eventually.TrueAsync("both to be refused", async () =>
            (await Core.ListNamespacedEventAsync(ns, cancellationToken: Cancellation)).Items.Where(one => one.Reason == "FailedCreate").Select(one => one.Message).ToHashSet().IsSupersetOf(
            [
                $"Error creating: pods \"one-\" is forbidden: error looking up service account {ns}/late: serviceaccount \"late\" not found",
                $"create Pod two-0 in StatefulSet two failed error: pods \"two-0\" is forbidden: error looking up service account {ns}/late: serviceaccount \"late\" not found",
            ]));
        (await Core.ListNamespacedPodAsync(ns, cancellationToken: Cancellation)).Items.ShouldBeEmpty();

        await Core.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "late" } }, ns, cancellationToken: Cancellation);
        await Eventually.TrueAsync("both to have their pod", async () => (await Core.ListNamespacedPodAsync(ns, cancellationToken: Cancellation)).Items.Count == 2);
    }

    private Task<ApiAnswer> PostAsync(string ns, string pod) => ApiAnswer.OfAsync(shared.Cluster, HttpMethod.Post, $"/api/v1/namespaces/{ns}/pods", pod);
}
