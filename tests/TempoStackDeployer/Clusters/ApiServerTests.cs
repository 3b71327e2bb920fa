using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.Tempo.Tests;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Ledgers;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

/// <summary>
/// How an API server says no, and what becomes of it: the same on the sandbox's cluster as on any other. TEMPOCOS_KUBECONFIG names one that has the operator's
/// definitions, and whose user is an administrator; what is made there is in a namespace that goes again.
/// </summary>
[Collection(SandboxCluster.Others)]
public sealed class ApiServerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(AnyCluster.Sandbox)]
    [InlineData(AnyCluster.Named)]
    public async Task Who_shows_no_credentials_or_unknown_ones_is_told_so(string which)
    {
        await using var at = await AnyCluster.OpenAsync(which);

        using var authority = new TestAuthority();
        using var stranger = authority.Issue("stranger");
        var (none, unknown) = (await RefusalAsync(""), await RefusalAsync("token: nonsense"));
        var certificate = await RefusalAsync(
            $"client-certificate-data: {TestAuthority.Encode(stranger.ExportCertificatePem())}, client-key-data: {TestAuthority.Encode(TestAuthority.KeyPem(stranger))}");

        none.Code.ShouldBe("TC307");
        none.Reason.ShouldContain("has no token");
        unknown.Code.ShouldBe("TC307");
        unknown.Reason.ShouldContain("bearer token of");
        unknown.Message.ShouldNotContain("nonsense");
        certificate.Code.ShouldBe("TC307");
        certificate.Reason.ShouldContain("they are the client certificate of");

        async Task<DiagnosticException> RefusalAsync(string user)
        {
            using var connection = await TestKubeconfig.ConnectAsync(at.KubeconfigOf(user));
            return await Should.ThrowAsync<DiagnosticException>(() => connection.Client.CoreV1.ListNamespacedPodAsync(at.Namespace, cancellationToken: Stop));
        }
    }

    [Theory]
    [InlineData(AnyCluster.Sandbox)]
    [InlineData(AnyCluster.Named)]
    public async Task Who_has_no_rights_gets_a_role_to_apply_and_with_it_has_them(string which)
    {
        await using var at = await AnyCluster.OpenAsync(which);
        var (user, token) = await at.AccountAsync("robot");
        using var connection = await TestKubeconfig.ConnectAsync(at.KubeconfigOf($"token: {token}"));

        var refusal = await Should.ThrowAsync<DiagnosticException>(() => ApplyAsync(at, connection, ConfigMap("a")));
        refusal.Code.ShouldBe("TC309");
        refusal.Reason.ShouldContain($"User \"{user}\" cannot get resource \"configmaps\"");
        var role = new V1PolicyRule { ApiGroups = [""], Resources = ["configmaps"], Verbs = ["get", "patch"] };
        await GrantAsync(at, role);
        await Eventually.TrueAsync("the role lets the account patch", () => IsAllowedAsync(connection, at.Namespace, "patch"));

        var create = await Should.ThrowAsync<DiagnosticException>(() => ApplyAsync(at, connection, ConfigMap("a")));
        create.Code.ShouldBe("TC309", "an apply that makes the object needs create besides patch");
        role.Verbs.Add("create");
        await at.Client.RbacAuthorizationV1.PatchNamespacedRoleAsync(
            new V1Patch("""[{"op":"add","path":"/rules/0/verbs/-","value":"create"}]""", V1Patch.PatchType.JsonPatch), "robot", at.Namespace, cancellationToken: Stop);
        await Eventually.TrueAsync("the role lets the account create", () => IsAllowedAsync(connection, at.Namespace, "create"));
        (await ApplyAsync(at, connection, ConfigMap("a"))).Uid.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(AnyCluster.Sandbox)]
    [InlineData(AnyCluster.Named)]
    public async Task Fields_that_the_definition_does_not_take_are_named_at_once(string which)
    {
        await using var at = await AnyCluster.OpenAsync(which);
        using var connection = await TestKubeconfig.ConnectAsync(at.Kubeconfig);
        (string Spec, string Said)[] cases =
        [
            ("""{"managementState": "Sometimes"}""", "spec.managementState"),
            ("""{"storage": {"secret": {"name": "s", "type": "tape"}}}""", "spec.storage.secret.type"),
            ("""{"template": {"querier": {"replicas": "many"}}}""", "spec.template.querier.replicas"),
            ("""{"nonsense": 1}""", "spec.nonsense"),
            ("""{"template": {"querier": {"nonsense": 1}}}""", "spec.template.querier.nonsense"),
        ];
        foreach (var (spec, said) in cases)
        {
            var refusal = await Should.ThrowAsync<DiagnosticException>(() => ApplyAsync(at, connection, Stack(spec)));
            refusal.Code.ShouldBe("TC325", said);
            refusal.Reason.ShouldContain(said);
            refusal.Reason.ShouldNotContain("tried", Case.Insensitive, "a manifest does not become right by sending it again");
            refusal.Fix.ShouldContain("kubectl explain tempostack.spec");
        }

        Ledger(at).Outstanding().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(AnyCluster.Sandbox)]
    [InlineData(AnyCluster.Named)]
    public async Task Fields_of_another_manager_are_named_and_not_taken(string which)
    {
        await using var at = await AnyCluster.OpenAsync(which);
        using var connection = await TestKubeconfig.ConnectAsync(at.Kubeconfig);
        await ApplyAsync(at, connection, ConfigMap("mine"));
        await at.Client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch("""{"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "theirs"}}""", V1Patch.PatchType.ApplyPatch), "thing", at.Namespace,
            fieldManager: "somebody", force: true, cancellationToken: Stop);

        var conflict = await Should.ThrowAsync<DiagnosticException>(() => ApplyAsync(at, connection, ConfigMap("again")));

        conflict.Code.ShouldBe("TC326");
        conflict.Reason.ShouldContain("somebody");
        conflict.Reason.ShouldContain("data.a");
        var dry = await ObjectApply.DryRunAsync(connection, Placed(ConfigMap("theirs"), at.Namespace), at.Run, Stop);
        dry.Object["data"]!["a"]!.ToString().ShouldBe("theirs");
    }

    [Theory]
    [InlineData(AnyCluster.Sandbox)]
    [InlineData(AnyCluster.Named)]
    public async Task A_quota_is_no_lack_of_rights(string which)
    {
        await using var at = await AnyCluster.OpenAsync(which);
        using var connection = await TestKubeconfig.ConnectAsync(at.Kubeconfig);
        await at.Client.CoreV1.CreateNamespacedResourceQuotaAsync(
            new V1ResourceQuota { Metadata = new V1ObjectMeta { Name = "none" }, Spec = new V1ResourceQuotaSpec { Hard = new Dictionary<string, ResourceQuantity> { ["count/configmaps"] = new("0") } } },
            at.Namespace, cancellationToken: Stop);
        await Eventually.TrueAsync(
            "the quota is counted", async () => (await at.Client.CoreV1.ReadNamespacedResourceQuotaAsync("none", at.Namespace, cancellationToken: Stop)).Status?.Hard is not null);

        var refusal = await Should.ThrowAsync<DiagnosticException>(() => ApplyAsync(at, connection, ConfigMap("a")));

        refusal.Code.ShouldBe("TC318");
        refusal.Reason.ShouldContain("exceeded quota: none");
        refusal.Fix.ShouldContain("describe quota");
        Ledger(at).Outstanding().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(AnyCluster.Sandbox)]
    [InlineData(AnyCluster.Named)]
    public async Task A_namespace_that_is_held_takes_nothing_and_goes_when_it_is_let_go(string which)
    {
        await using var at = await AnyCluster.OpenAsync(which, withNamespace: false);
        await using var deployer = await RunningDeployer.StartAsync(at.Home, at.Kubeconfig, configuration: new Dictionary<string, string?> { ["TempoCos:RemovalTimeout"] = "00:00:06" });
        using var connection = await TestKubeconfig.ConnectAsync(at.Kubeconfig);
        await at.Client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = at.Namespace, Labels = RunLabels.For(at.Run) } }, cancellationToken: Stop);
        var made = await at.Client.CoreV1.ReadNamespaceAsync(at.Namespace, cancellationToken: Stop);
        Ledger(at).Created(LedgerKinds.Namespace, at.Namespace, made.Metadata.Uid, "");
        await at.Client.CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "held", Finalizers = ["example.com/hold"] } }, at.Namespace, cancellationToken: Stop);

        var held = (await deployer.UndeployAsync(at.Run)).Leftovers.ShouldHaveSingleItem();
        var late = await Should.ThrowAsync<DiagnosticException>(() => ApplyAsync(at, connection, ConfigMap("late")));
        var again = await deployer.RefusalAsync(Samples.Request(run: at.Run));
        await at.Client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch("""{"metadata":{"finalizers":null}}""", V1Patch.PatchType.MergePatch), "held", at.Namespace, cancellationToken: Stop);
        var gone = await deployer.UndeployAsync(at.Run);

        held.Reason.ShouldContain("TC504");
        held.Reason.ShouldContain("example.com/hold");
        late.Code.ShouldBe("TC305");
        again.Code.ShouldBe("TC305");
        again.Reason.ShouldContain("example.com/hold");
        gone.Leftovers.ShouldBeEmpty();
        (await at.Client.CoreV1.ListNamespaceAsync(fieldSelector: $"metadata.name={at.Namespace}", cancellationToken: Stop)).Items.ShouldBeEmpty();
        deployer.Outstanding().ShouldBeEmpty();
    }

    private static Task<AppliedObject> ApplyAsync(AnyCluster at, ClusterConnection connection, JsonObject document) =>
        ObjectApply.ApplyAsync(connection, Placed(document, at.Namespace), "", Ledger(at), Stop);

    private static RunLedger Ledger(AnyCluster at) => new LedgerDirectory(Options.Create(new DeployerOptions { Home = at.Home }), TimeProvider.System).Open(at.Run);

    private static JsonObject ConfigMap(string value) => new() { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["data"] = new JsonObject { ["a"] = value } };

    private static JsonObject Stack(string spec)
    {
        var document = JsonNode.Parse("""{"apiVersion": "tempo.grafana.com/v1alpha1", "kind": "TempoStack", "spec": {"storageSize": "1Gi", "storage": {"secret": {"name": "none", "type": "s3"}}}}""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(spec)!.AsObject())
        {
            document["spec"]![name] = value?.DeepClone();
        }

        return document;
    }

    private static JsonObject Placed(JsonObject document, string @namespace)
    {
        document["metadata"] = new JsonObject { ["name"] = "thing", ["namespace"] = @namespace };
        return document;
    }

    private static async Task GrantAsync(AnyCluster at, V1PolicyRule rule)
    {
        await at.Client.RbacAuthorizationV1.CreateNamespacedRoleAsync(new V1Role { Metadata = new V1ObjectMeta { Name = "robot" }, Rules = [rule] }, at.Namespace, cancellationToken: Stop);
        await at.Client.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = "robot" },
                RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "Role", Name = "robot" },
                Subjects = [new Rbacv1Subject { Kind = "ServiceAccount", Name = "robot", NamespaceProperty = at.Namespace }],
            },
            at.Namespace, cancellationToken: Stop);
    }

    private static async Task<bool> IsAllowedAsync(ClusterConnection connection, string @namespace, string verb) =>
        (await connection.Client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(
            new V1SelfSubjectAccessReview { Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = new V1ResourceAttributes { NamespaceProperty = @namespace, Resource = "configmaps", Verb = verb } } },
            cancellationToken: Stop)).Status.Allowed;
}
