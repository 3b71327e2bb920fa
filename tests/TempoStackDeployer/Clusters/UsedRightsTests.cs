using Grpc.Core;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters.Rights;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

/// <summary>
/// What a run asks of the API server, request by request, is what the table has: no more and no less. The table is what preflight asks for and what docs/clusters.md lists
/// (<see cref="RightsTests"/>), and that is what deploy/kustomize grants (tests/Deploy).
/// </summary>
[Collection(SandboxCluster.Others)]
public sealed class UsedRightsTests
{
    /// <summary>Of the rights that preflight asks for, those that this run has no use for.</summary>
    private static readonly IReadOnlyDictionary<string, string> NotHere = new Dictionary<string, string>
    {
        ["create namespaces in the cluster"] = "the namespace is there already, as it is after provisioning",
        ["delete namespaces"] = "and stays",
        ["get pods/portforward"] = "a WebSocket",
        ["create pods/portforward"] = "a WebSocket",
        ["get statefulsets.apps"] = "only where the operator encrypts, see EncryptedStackTests",
        ["get secrets tempo-simplest-ingester-mtls"] = "only where the operator encrypts, see EncryptedStackTests",
        ["list events"] = "only where something is in trouble, see NotReadyTests",
        ["list replicasets.apps"] = "only where something is in trouble, see NotReadyTests",
        ["get pods/log"] = "only where something is in trouble, see NotReadyTests",
        ["list persistentvolumes in the cluster"] = "only where no storage class is the default",
    };

    [Fact]
    public async Task A_run_uses_every_right_that_preflight_asks_for_and_no_other()
    {
        var asked = new AskedRights(Samples.Namespace());
        var table = AskedRights.Of(RequiredRights.For(Samples.Read(), ReachedBy.PortForward, provisions: false, [])).Distinct().ToArray();
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync(asked.Handler);

        using (var check = deployer.Client.Check(Samples.Request(), cancellationToken: TestContext.Current.CancellationToken))
        {
            await check.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).LastAsync(TestContext.Current.CancellationToken);
        }

        await deployer.DeployAsync(Samples.Request());
        await deployer.LoseIngestersAsync(new LoseIngestersRequest { RunId = Samples.Run, Namespace = Samples.Namespace(), Name = "simplest" });
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();

        NotHere.Keys.ShouldBeSubsetOf(table);
        asked.All.ShouldBe(table.Except(NotHere.Keys));
    }
}
