using Grpc.Core;
using k8s;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests.Plans;

/// <summary>What a deployment would apply, on a cluster that nothing may change on.</summary>
[Collection(SandboxCluster.Some)]
public sealed class PlanTests
{
    private const string Others = """
        apiVersion: v1
        kind: Secret
        metadata: {name: more}
        stringData: {password: hidden-word}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {level: low}
        ---
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Before_and_after_a_deployment_the_plan_says_what_is_to_come_and_changes_nothing(bool server)
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await using var deployer = await cluster.DeployerAsync();
        var request = Samples.Request($"{Others}\n{Samples.Manifest}");

        var first = await PlanAsync(deployer, request, server);

        first.Objects.Select(item => (item.Kind, item.Action)).ShouldBe([("Namespace", "create"), ("Secret", "create"), ("ConfigMap", "create"), ("TempoStack", "create")]);
        first.Objects.ShouldAllBe(item => item.Diff.StartsWith("@@ -0,0 +1,"));
        (await cluster.Client.CoreV1.ListNamespaceAsync(cancellationToken: Stop)).Items.ShouldNotContain(item => item.Metadata.Name == Samples.Namespace());
        deployer.Outstanding().ShouldBeEmpty();

        await cluster.ProvisionAsync();
        await deployer.DeployAsync(request);
        var versions = await VersionsAsync(cluster);
        var again = await PlanAsync(deployer, request, server);
        again.Objects.ShouldAllBe(item => item.Action == "unchanged" && item.Diff == "", again.ToString());

        var other = Samples.Request($"{Others.Replace("low", "high", StringComparison.Ordinal).Replace("hidden-word", "other-word", StringComparison.Ordinal)}\n{Samples.Manifest}");
        other.Set.Add("spec.retention.global.traces=24h");
        var changed = await PlanAsync(deployer, other, server);

        changed.Objects.Select(item => item.Action).ShouldBe(["unchanged", "change", "change", "change"]);
        changed.Objects[2].Diff.ShouldContain("-  level: low\n+  level: high\n");
        changed.Objects[3].Diff.ShouldContain("traces: 24h");
        changed.Objects[1].Diff.ShouldContain("password: (hidden, ");
        changed.ToString().ShouldNotContain("hidden-word");
        changed.ToString().ShouldNotContain("other-word");
        (await VersionsAsync(cluster)).ShouldBe(versions);
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_field_that_the_cluster_does_not_know_is_told_before_its_namespace_is_there(bool server)
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await using var deployer = await cluster.DeployerAsync();

        var planned = await PlanAsync(deployer, Samples.Request(Samples.Manifest.Replace("storageSize: 200M", "storageSise: 200M", StringComparison.Ordinal)), server);

        planned.Objects.Select(item => (item.Kind, item.Action)).ShouldBe([("Namespace", "create"), ("TempoStack", "refused")]);
        planned.Objects[1].Refusal.ShouldStartWith("TC325: The cluster would refuse the TempoStack: spec.storageSise: no such field; there are ");
    }

    [Fact]
    public async Task What_would_be_refused_is_said_with_its_reason_beside_what_would_not()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(new() { Metadata = new() { Name = "settings" } }, Samples.Namespace(), cancellationToken: Stop);
        await using var deployer = await cluster.DeployerAsync();
        var request = Samples.Request($$$"""
            {{{Others}}}
            {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: everything}}
            ---
            {apiVersion: example.com/v1, kind: Gadget, metadata: {name: none}}
            ---
            {{{Samples.Manifest}}}
            """);

        var planned = await PlanAsync(deployer, request, server: true);

        planned.Objects.Select(item => (item.Kind, item.Action, item.Refusal.Split(':')[0])).ShouldBe(
        [
            ("Namespace", "unchanged", ""), ("Secret", "create", ""), ("ConfigMap", "refused", "TC327"), ("ClusterRole", "refused", "TC340"), ("Gadget", "refused", "TC340"), ("TempoStack", "create", ""),
        ]);
        planned.Objects[3].Refusal.ShouldContain("ClusterRole everything");
    }

    private static async Task<Planned> PlanAsync(RunningDeployer deployer, DeployRequest request, bool server)
    {
        using var call = deployer.Client.Plan(new PlanRequest { Deploy = request, ServerDryRun = server }, cancellationToken: Stop);
        Planned? planned = null;
        await foreach (var reply in call.ResponseStream.ReadAllAsync(Stop))
        {
            planned = reply.Planned;
        }

        return planned.ShouldNotBeNull();
    }

    private static async Task<string> VersionsAsync(SandboxCluster cluster)
    {
        var stack = (System.Text.Json.JsonElement)await cluster.Client.CustomObjects.GetNamespacedCustomObjectAsync("tempo.grafana.com", "v1alpha1", Samples.Namespace(), "tempostacks", "simplest", Stop);
        var secret = await cluster.Client.CoreV1.ReadNamespacedSecretAsync("more", Samples.Namespace(), cancellationToken: Stop);
        var settings = await cluster.Client.CoreV1.ReadNamespacedConfigMapAsync("settings", Samples.Namespace(), cancellationToken: Stop);
        return $"{stack.GetProperty("metadata").GetProperty("generation")} {secret.Metadata.ResourceVersion} {settings.Metadata.ResourceVersion}";
    }
}
