using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using k8s;
using k8s.Models;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>Every pod anew, with the Secret as it is now; pods are processes that write down what they were started with.</summary>
[Collection(SandboxCluster.Some)]
public sealed class RestartTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_pod_is_replaced_component_by_component_and_has_the_new_key_and_its_old_volume()
    {
        var keys = Directory.CreateTempSubdirectory("tempocos-restart-");
        var serves = PodProgram.Serves.Script;
        await using var cluster = await SandboxCluster.StartAsync(new PodProgram($"""
            echo "$HOSTNAME $S3_ACCESS_KEY" >> "{keys.FullName}/started"
            {serves}
            """));
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        var deployed = await deployer.DeployAsync(Samples.Request());
        var before = await PodsAsync(cluster);
        var volume = Directory.EnumerateDirectories(Path.Combine(Path.GetDirectoryName(cluster.Kubeconfig)!, "cluster", "volumes")).ShouldHaveSingleItem();
        await File.WriteAllTextAsync(Path.Combine(volume, "wal"), "not flushed", Stop);
        await cluster.Client.CoreV1.PatchNamespacedSecretAsync(
            new V1Patch(new { stringData = new { access_key_id = "new-key-id" } }, V1Patch.PatchType.MergePatch), "ibm-cos-secret", Samples.Namespace(), cancellationToken: Stop);

        // The control: by itself nobody takes notice of the Secret.
        (await PodsAsync(cluster)).ShouldBe(before, ignoreOrder: true);
        var holders = (await StartedAsync("some-key-id")).ToList();
        holders.Count.ShouldBe(4, "all but the distributor, which has no use for the bucket");
        File.Delete(Path.Combine(keys.FullName, "started"));
        var events = new List<StageEvent>();

        var restarted = await RestartAsync(deployer, Request(), events);

        var after = await PodsAsync(cluster);
        after.Count.ShouldBe(before.Count);
        after.Values.Intersect(before.Values).ShouldBeEmpty();
        restarted.Pods.ToDictionary(pod => pod.Name, pod => pod.OldUid).ShouldBe(before, ignoreOrder: true);
        restarted.Pods.Select(pod => pod.NewUid).ShouldBe(after.Values, ignoreOrder: true);
        (await StartedAsync("some-key-id")).ShouldBeEmpty();
        (await StartedAsync("new-key-id")).ShouldBe(holders, ignoreOrder: true);
        (await File.ReadAllTextAsync(Path.Combine(volume, "wal"), Stop)).ShouldBe("not flushed");
        events.ShouldAllBe(@event => @event.Stage == "rotate");
        events.Where(@event => @event.State == StepState.Succeeded).Select(@event => @event.Step)
            .ShouldBe(["tempostack", "settled", "restart-compactor", "restart-distributor", "restart-ingester", "restart-querier", "restart-query-frontend", "components"]);
        using var http = new HttpClient();
        (await http.GetStringAsync(new Uri($"{deployed.Endpoints.QueryFrontend}/ready"), Stop)).ShouldNotBeEmpty("the way leads to the new pod");

        deployer.Outstanding().ShouldHaveSingleItem().Kind.ShouldBe("tempostack");
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        (await cluster.RemainsAsync()).ShouldBeEmpty();
        keys.Delete(recursive: true);

        // Workloads whose pods were started with the key.
        async Task<IEnumerable<string>> StartedAsync(string key) => (await File.ReadAllLinesAsync(Path.Combine(keys.FullName, "started"), Stop))
            .Where(line => line.EndsWith($" {key}", StringComparison.Ordinal))
            .Select(line => string.Join('-', line.Split(' ')[0].Split('-').TakeWhile(part => !part.Any(char.IsDigit) && part.Length > 2)))
            .Distinct();
    }

    [Fact]
    public async Task A_stack_that_the_run_did_not_make_is_left_alone_unless_asked_explicitly()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        (await RunningDeployer.RefusalAsync(() => RestartAsync(deployer, Request()))).Code.ShouldBe("TC333");
        await deployer.DeployAsync(Samples.Request());
        var before = await PodsAsync(cluster);

        var refusal = await RunningDeployer.RefusalAsync(() => RestartAsync(deployer, Request("rstranger")));
        (refusal.Code, refusal.Value).ShouldBe(("TC327", $"{Samples.Namespace()}/simplest"));
        (await PodsAsync(cluster)).ShouldBe(before, ignoreOrder: true);

        var asked = Request("rstranger");
        asked.Anyones = true;
        (await RestartAsync(deployer, asked)).Pods.Count.ShouldBe(before.Count);
        (await PodsAsync(cluster)).Values.Intersect(before.Values).ShouldBeEmpty();
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pod_that_does_not_come_back_is_reported_and_not_waited_for_for_ever()
    {
        var flag = Path.Combine(Directory.CreateTempSubdirectory("tempocos-restart-").FullName, "broken");
        await using var cluster = await SandboxCluster.StartAsync(new PodProgram($"""
            if [ -e "{flag}" ]; then echo "the key is refused"; exit 3; fi
            {PodProgram.Serves.Script}
            """));
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        await deployer.DeployAsync(Samples.Request());
        await File.WriteAllTextAsync(flag, "", Stop);
        var request = Request();
        request.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(8));

        var refusal = await RunningDeployer.RefusalAsync(() => RestartAsync(deployer, request));

        refusal.Code.ShouldBe("TC338");
        refusal.Value.ShouldStartWith("tempo-simplest-compactor");
        refusal.Reason.ShouldContain("the key is refused");
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        Directory.Delete(Path.GetDirectoryName(flag)!, recursive: true);
    }

    private static async Task<Restarted> RestartAsync(RunningDeployer deployer, RestartRequest request, List<StageEvent>? events = null)
    {
        using var call = deployer.Client.Restart(request, cancellationToken: Stop);
        Restarted? restarted = null;
        await foreach (var reply in call.ResponseStream.ReadAllAsync(Stop))
        {
            if (reply.Event is { } @event)
            {
                events?.Add(@event);
            }

            restarted = reply.Restarted;
        }

        return restarted.ShouldNotBeNull();
    }

    private static RestartRequest Request(string run = Samples.Run) => new() { RunId = run, Namespace = Samples.Namespace(), Name = "simplest" };

    private static async Task<Dictionary<string, string>> PodsAsync(SandboxCluster cluster) =>
        (await cluster.Client.CoreV1.ListNamespacedPodAsync(Samples.Namespace(), cancellationToken: Stop)).Items.ToDictionary(pod => pod.Metadata.Name, pod => pod.Metadata.Uid);
}
