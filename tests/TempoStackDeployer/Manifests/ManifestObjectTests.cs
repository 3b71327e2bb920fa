using k8s;
using k8s.Models;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests.Manifests;

/// <summary>What a manifest has beside its stack, on a cluster.</summary>
[Collection(SandboxCluster.Some)]
public sealed class ManifestObjectTests
{
    private const string Others = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: helper}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: more}
        stringData: {password: hidden-word}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: reader}
        rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
        ---
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_there_before_the_stack_are_the_runs_and_go_with_it()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        var events = new List<StageEvent>();

        await deployer.DeployAsync(Samples.Request($"{Others}\n{Samples.Manifest}"), events);

        events.Where(@event => @event.State == StepState.Succeeded).Select(@event => @event.Step).SkipWhile(step => step != "namespace").ShouldBe(
            ["namespace", "storage-secret", "objects", "tempostack", "workloads", "services", "ready-condition", "endpoints"]);
        string.Join('\n', events).ShouldNotContain("hidden-word");
        var secret = await cluster.Client.CoreV1.ReadNamespacedSecretAsync("more", Samples.Namespace(), cancellationToken: Stop);
        secret.Metadata.Labels["tempocos.dev/run"].ShouldBe(Samples.Run);
        deployer.Outstanding().Select(entry => (entry.Kind, entry.Name)).ShouldBe(
        [
            ("v1/ServiceAccount", $"{Samples.Namespace()}/helper"), ("v1/Secret", $"{Samples.Namespace()}/more"), ("rbac.authorization.k8s.io/v1/Role", $"{Samples.Namespace()}/reader"),
            ("tempostack", $"{Samples.Namespace()}/simplest"),
        ]);

        var undeployed = await deployer.UndeployAsync(Samples.Run);

        undeployed.Leftovers.ShouldBeEmpty();
        undeployed.Removed.ShouldContain($"role/{Samples.Namespace()}/reader");
        deployer.Outstanding().ShouldBeEmpty();
        (await cluster.Client.CoreV1.ListNamespacedSecretAsync(Samples.Namespace(), cancellationToken: Stop)).Items.Select(item => item.Metadata.Name).ShouldBe(["ibm-cos-secret"], "the provisioner's is not the deployer's");
        (await cluster.Client.RbacAuthorizationV1.ListNamespacedRoleAsync(Samples.Namespace(), cancellationToken: Stop)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Somebody_elses_object_and_what_is_the_whole_clusters_stop_it_before_anything_is_made()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await cluster.Client.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "helper" } }, Samples.Namespace(), cancellationToken: Stop);
        await using var deployer = await cluster.DeployerAsync();

        var theirs = await deployer.RefusalAsync(Samples.Request($"{Others}\n{Samples.Manifest}"));
        var whole = await deployer.RefusalAsync(Samples.Request($"{{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {{name: all}}}}\n---\n{Samples.Manifest}"));
        var route = Samples.Request();
        route.Options = new StackOptions { Tenants = { "dev" }, Ingress = "none" };

        (theirs.Code, theirs.Value).ShouldBe(("TC327", $"{Samples.Namespace()}/helper"));
        (whole.Code, whole.Value).ShouldBe(("TC340", "ClusterRole all"));
        (await deployer.RefusalAsync(route)).Code.ShouldBe("TC343", "its tenants would be those of OpenShift");
        deployer.Outstanding().ShouldBeEmpty();
    }
}
