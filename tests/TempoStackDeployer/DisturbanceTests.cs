using Google.Protobuf.WellKnownTypes;
using k8s;
using k8s.Models;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>What the upper rungs need done to a stack, with pods that are processes.</summary>
[Collection(SandboxCluster.Others)]
public sealed class DisturbanceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_ingesters_are_replaced_with_their_volumes_and_nothing_else_is()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        var deployed = await deployer.DeployAsync(Samples.Request());
        var before = await PodsAsync(cluster);
        var volume = Directory.EnumerateDirectories(Path.Combine(Path.GetDirectoryName(cluster.Kubeconfig)!, "cluster", "volumes")).ShouldHaveSingleItem();
        await File.WriteAllTextAsync(Path.Combine(volume, "wal"), "only here", Stop);
        var events = new List<StageEvent>();

        var lost = await deployer.LoseIngestersAsync(Request(), events);

        var pod = lost.Pods.ShouldHaveSingleItem();
        (pod.Name, pod.OldUid).ShouldBe(("tempo-simplest-ingester-0", before[pod.Name]));
        var claim = lost.VolumeClaims.ShouldHaveSingleItem();
        claim.Name.ShouldBe("data-tempo-simplest-ingester-0");
        claim.NewUid.ShouldNotBe(claim.OldUid);
        var after = await PodsAsync(cluster);
        after[pod.Name].ShouldBe(pod.NewUid);
        after.Where(one => one.Key != pod.Name).ShouldBe(before.Where(one => one.Key != pod.Name), ignoreOrder: true);
        var fresh = Directory.EnumerateDirectories(Path.GetDirectoryName(volume)!).Where(directory => directory != volume).ShouldHaveSingleItem();
        Directory.EnumerateFileSystemEntries(fresh).ShouldBeEmpty("a new volume is empty");
        events.Where(@event => @event.State == StepState.Succeeded).Select(@event => @event.Step).ShouldBe(["tempostack", "ingester-volumes", "ingester-pods", "fresh-ingesters"]);
        using var http = new HttpClient();
        (await http.GetStringAsync(new Uri($"{deployed.Endpoints.Ingester}/ready"), Stop)).ShouldNotBeEmpty("the way to the ingester leads to the fresh one");

        deployer.Outstanding().ShouldHaveSingleItem().Kind.ShouldBe("tempostack");
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        (await cluster.RemainsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_shorter_retention_reaches_the_configuration_and_every_component_and_the_rest_of_the_stack_stays()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        await deployer.DeployAsync(Samples.Request());
        var before = await PodsAsync(cluster);
        (await ConfigurationAsync(cluster)).ShouldContain("block_retention: 48h");

        var shortened = await deployer.ShortenRetentionAsync(Shorten());

        shortened.Before.ShouldContainKeyAndValue("spec.retention.global.traces", "48h0m0s");
        shortened.Now.ShouldContainKeyAndValue("spec.retention.global.traces", "1s");
        shortened.Now.ShouldContainKeyAndValue("spec.extraConfig.tempo.compactor.compaction.compacted_block_retention", "2s");
        var configuration = await ConfigurationAsync(cluster);
        configuration.ShouldContain("block_retention: 1s");
        configuration.ShouldContain("compacted_block_retention: 2s");
        configuration.ShouldContain("blocklist_poll: 2s");
        (await PodsAsync(cluster)).Values.Intersect(before.Values).ShouldBeEmpty("each has started anew with it");

        // Once more changes nothing, and so there is nothing to wait for.
        (await deployer.ShortenRetentionAsync(Shorten())).Before.ShouldContainKeyAndValue("spec.retention.global.traces", "1s");
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stack_that_the_run_did_not_make_is_left_alone_unless_asked_explicitly()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        (await RunningDeployer.RefusalAsync(() => deployer.LoseIngestersAsync(Request()))).Code.ShouldBe("TC333");
        await deployer.DeployAsync(Samples.Request());
        var before = await PodsAsync(cluster);

        var refusal = await RunningDeployer.RefusalAsync(() => deployer.LoseIngestersAsync(Request("rstranger")));
        (refusal.Code, refusal.Value).ShouldBe(("TC327", $"{Samples.Namespace()}/simplest"));
        var shorten = Shorten();
        shorten.RunId = "rstranger";
        (await RunningDeployer.RefusalAsync(() => deployer.ShortenRetentionAsync(shorten))).Code.ShouldBe("TC327");
        (await PodsAsync(cluster)).ShouldBe(before, ignoreOrder: true);

        var asked = Request("rstranger");
        asked.Anyones = true;
        (await deployer.LoseIngestersAsync(asked)).Pods.ShouldHaveSingleItem().OldUid.ShouldBe(before["tempo-simplest-ingester-0"]);
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_volume_that_does_not_go_is_reported_and_not_waited_for_for_ever()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        await deployer.DeployAsync(Samples.Request());
        await FinalizersAsync("kubernetes.io/pvc-protection", "example.com/held");
        var request = Request();
        request.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(3));

        var refusal = await RunningDeployer.RefusalAsync(() => deployer.LoseIngestersAsync(request));

        refusal.Code.ShouldBe("TC331");
        refusal.Reason.ShouldContain("for the old pods and volumes to be gone");
        (await PodsAsync(cluster)).ShouldNotContainKey("tempo-simplest-ingester-0", "no pod is put on a volume that is about to go");
        await FinalizersAsync();
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();

        Task FinalizersAsync(params string[] finalizers) => cluster.Client.CoreV1.PatchNamespacedPersistentVolumeClaimAsync(
            new V1Patch(new { metadata = new { finalizers } }, V1Patch.PatchType.MergePatch), "data-tempo-simplest-ingester-0", Samples.Namespace(), cancellationToken: Stop);
    }

    private static LoseIngestersRequest Request(string run = Samples.Run) => new() { RunId = run, Namespace = Samples.Namespace(), Name = "simplest" };

    private static ShortenRetentionRequest Shorten() => new()
    {
        RunId = Samples.Run,
        Namespace = Samples.Namespace(),
        Name = "simplest",
        Blocks = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
        CompactedBlocks = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)),
    };

    private static async Task<Dictionary<string, string>> PodsAsync(SandboxCluster cluster) =>
        (await cluster.Client.CoreV1.ListNamespacedPodAsync(Samples.Namespace(), cancellationToken: Stop)).Items.ToDictionary(pod => pod.Metadata.Name, pod => pod.Metadata.Uid);

    private static async Task<string> ConfigurationAsync(SandboxCluster cluster) =>
        (await cluster.Client.CoreV1.ReadNamespacedConfigMapAsync("tempo-simplest", Samples.Namespace(), cancellationToken: Stop)).Data["tempo.yaml"];
}
