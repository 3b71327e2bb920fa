using System.Diagnostics;
using k8s;
using TempoCos.Cluster.Api.Faults;
using TempoCos.Tempo.Tests;

namespace TempoCos.TempoStackDeployer.Tests.BadInput;

/// <summary>An API server that fails at each request that changes something, once or for good, in a deployment and in its removal.</summary>
[Collection(SandboxCluster.Some)]
public sealed class EveryRequestTests(BadInputCluster shared) : IClassFixture<BadInputCluster>
{
    /// <summary>What a deployment changes, and what its removal changes.</summary>
    private static readonly (string Verb, string Resource)[] Deployment = [("create", "namespaces"), ("patch", "tempostacks.tempo.grafana.com")];

    private static readonly (string Verb, string Resource)[] Removal = [("delete", "tempostacks.tempo.grafana.com"), ("delete", "persistentvolumeclaims"), ("delete", "namespaces")];

    private static readonly string[] Looks = ["get", "list"];

    private static readonly FaultRule[] Ends = [new() { Verb = "watch", Count = 2 }, new() { Verb = "watch", Count = 2, Compact = true }];

    /// <summary>One after the other: as many as are tried again.</summary>
    private static readonly FaultRule[] Failures =
    [
        new() { Status = 429, RetryAfterSeconds = 1, Count = 1 },
        new() { Status = 500, Count = 1 },
        new() { Drop = FaultDrop.Before, Count = 1 },
        new() { Drop = FaultDrop.After, Count = 1 },
    ];

    private static readonly FaultRule[] Lasting =
    [
        new() { Verb = "patch", Resource = "tempostacks*", Status = 500 },
        new() { Verb = "create", Resource = "namespaces", Status = 429, RetryAfterSeconds = 3600 },
        new() { Verb = "patch", Resource = "tempostacks*", Drop = FaultDrop.Before },
        new() { Verb = "create", Resource = "namespaces", Drop = FaultDrop.After },
        new() { Verb = "patch", Resource = "tempostacks*", Drop = FaultDrop.After },
        new() { Verb = "patch", Resource = "tempostacks*", DelayMilliseconds = 60_000 },
    ];

    private SandboxCluster Cluster => shared.Cluster;

    [Fact]
    public async Task Each_is_tried_again_until_it_has_had_its_one_effect()
    {
        var run = BadInputCluster.NextRun();
        await using var deployer = await Cluster.DeployerAsync(() => new Around(Around.IsNamespace, after: () => Cluster.CreateSecretAsync(run)));
        var rules = (from request in Deployment.Concat(Removal)
                     from failure in Failures
                     select Cluster.Faults.Add(failure with { Verb = request.Verb, Resource = request.Resource })).ToList();
        // Whoever only looks is met, too.
        rules.AddRange(from verb in Looks from failure in Failures select Cluster.Faults.Add(failure with { Verb = verb }));
        rules.AddRange(from events in Enumerable.Range(0, 5) from end in Ends select Cluster.Faults.Add(end with { CutWatchAfterEvents = events }));

        (await deployer.DeployAsync(Samples.Request(run: run))).Endpoints.QueryFrontend.ShouldNotBeEmpty();
        (await deployer.UndeployAsync(run)).Leftovers.ShouldBeEmpty();

        rules.Where(rule => rule.Hits == 0).Select(rule => $"{rule.Rule}").ShouldBeEmpty("each has to have been met");
        await shared.CleanAsync(deployer, run);
    }

    [Fact]
    public async Task What_does_not_get_well_ends_the_deployment_with_one_code_and_what_it_made_goes_later()
    {
        foreach (var failure in Lasting)
        {
            var run = BadInputCluster.NextRun();
            await using var deployer = await Cluster.DeployerAsync(
                () => new Around(Around.IsNamespace, after: () => Cluster.CreateSecretAsync(run)), ("TempoCos:RequestTimeout", "00:00:02"));
            Cluster.Faults.Add(failure);
            var started = Stopwatch.GetTimestamp();

            var refusal = await BadInputCluster.RefusalAsync(deployer, Samples.Request(run: run));

            refusal.Code.ShouldBe(failure.Status is null ? "TC308" : "TC310", $"{failure}: {refusal.Message}");
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(60), "the retries are bounded");
            await shared.CleanAsync(deployer, run);
        }
    }

    [Fact]
    public async Task What_does_not_get_well_during_the_removal_is_left_with_its_code_and_goes_later()
    {
        foreach (var (verb, resource) in Removal)
        {
            var run = BadInputCluster.NextRun();
            await using var deployer = await Cluster.DeployerAsync(
                () => new Around(Around.IsNamespace, after: () => Cluster.CreateSecretAsync(run)), ("TempoCos:RequestTimeout", "00:00:02"), ("TempoCos:RemovalTimeout", "00:00:20"));
            // It only has to have begun.
            using var enough = new CancellationTokenSource();
            var claimed = ClaimedAsync(run, enough);
            await Should.ThrowAsync<Grpc.Core.RpcException>(() => deployer.DeployAsync(Samples.Request(run: run), cancellationToken: enough.Token));
            await claimed;
            Cluster.Faults.Add(new FaultRule { Verb = verb, Resource = resource, Status = 500 });

            var leftovers = (await deployer.UndeployAsync(run)).Leftovers;

            leftovers.ShouldNotBeEmpty(resource);
            leftovers.ShouldAllBe(leftover => leftover.Reason.Contains("TC310", StringComparison.Ordinal) && leftover.Remedy.Contains($"tempocos destroy {run}", StringComparison.Ordinal), resource);
            deployer.Outstanding().Count.ShouldBe(leftovers.Count, "the ledger knows of each");
            await shared.CleanAsync(deployer, run);
        }
    }

    /// <summary>Until the ingester has a claim; then the caller gives up.</summary>
    private async Task ClaimedAsync(string run, CancellationTokenSource enough)
    {
        await Eventually.TrueAsync(
            "the ingester has a claim",
            async () => (await Cluster.Client.CoreV1.ListNamespacedPersistentVolumeClaimAsync(Samples.Namespace(run), cancellationToken: TestContext.Current.CancellationToken)).Items.Count > 0,
            within: TimeSpan.FromMinutes(2));
        await enough.CancelAsync();
    }
}
