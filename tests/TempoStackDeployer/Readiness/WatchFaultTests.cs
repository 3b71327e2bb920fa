using TempoCos.Cluster.Api.Faults;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>A wait goes on whatever happens to its watches, and ends where nothing may be read.</summary>
[Collection(SandboxCluster.Some)]
public sealed class WatchFaultTests
{
    private static readonly Dictionary<string, FaultRule[]> Faults = new()
    {
        ["every watch breaks after one event"] = [new FaultRule { Verb = "watch", CutWatchAfterEvents = 1 }],
        ["watches break before anything comes"] = [new FaultRule { Verb = "watch", CutWatchAfterEvents = 0, Count = 60 }],
        ["the version is forgotten (410) again and again"] = [new FaultRule { Verb = "watch", Compact = true, Count = 60 }],
        ["the version is forgotten (410) after two events"] = [new FaultRule { Verb = "watch", Compact = true, CutWatchAfterEvents = 2, Count = 60 }],
        ["lists fail with 500 and 429"] = [new FaultRule { Verb = "list", Resource = "pods", Status = 500, Count = 5 }, new FaultRule { Verb = "list", Resource = "services", Status = 429, RetryAfterSeconds = 1, Count = 2 }],
        ["watches fail with 503"] = [new FaultRule { Verb = "watch", Status = 503, Count = 30 }],
        ["connections break"] = [new FaultRule { Verb = "list", Resource = "pods", Drop = FaultDrop.Before, Count = 6 }, new FaultRule { Verb = "watch", Drop = FaultDrop.Before, Count = 20 }],
    };

    public static TheoryData<string> Names => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_stack_becomes_ready_all_the_same(string name)
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        var rules = Faults[name].Select(cluster.Faults.Add).ToList();

        var deployed = await deployer.DeployAsync(Samples.Request());

        deployed.Endpoints.QueryFrontend.ShouldNotBeEmpty();
        rules.ShouldAllBe(rule => rule.Hits > 0, "the fault has to have hit something");
        cluster.Faults.Clear();
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_may_not_be_watched_is_one_clear_error()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        cluster.Faults.Add(new FaultRule { Verb = "list", Resource = "statefulsets*", Namespace = Samples.Namespace(), Status = 403, Message = "statefulsets.apps is forbidden: User \"somebody\" cannot list resource" });

        var refusal = await deployer.RefusalAsync(Samples.Request());

        refusal.Code.ShouldBe("TC309");
        refusal.Value.ShouldContain("statefulsets");
        cluster.Faults.Clear();
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }
}
