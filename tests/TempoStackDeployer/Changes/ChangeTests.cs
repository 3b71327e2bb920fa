using Google.Protobuf.WellKnownTypes;
using k8s;
using k8s.Models;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests.Changes;

/// <summary>A stack changed in place, with pods that are processes.</summary>
[Collection(SandboxCluster.Others)]
public sealed class ChangeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_replicas_and_another_image_are_there_when_it_ends_and_the_rest_of_the_stack_is_as_it_was()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        var deployed = await deployer.DeployAsync(Samples.Request());
        var before = await PodsAsync(cluster);
        var events = new List<StageEvent>();

        var scaled = await deployer.ChangeAsync(Request("spec.template.querier.replicas=2"), events);

        scaled.Before.ShouldContainKey("spec.template.querier.replicas");
        scaled.Now.ShouldContainKeyAndValue("spec.template.querier.replicas", "2");
        scaled.Now.Count.ShouldBe(1);
        scaled.Pods.ShouldAllBe(pod => pod.StartsWith("tempo-simplest-querier-", StringComparison.Ordinal), "the operator shares the resources out among them, so the first one is another one, too");
        var after = await PodsAsync(cluster);
        after.Count.ShouldBe(before.Count + 1);
        before.Where(pod => !pod.Key.StartsWith("tempo-simplest-querier-", StringComparison.Ordinal)).ShouldBeSubsetOf(after, "nobody else is touched");
        events.ShouldAllBe(@event => @event.Stage == "change");
        events.Where(@event => @event.State == StepState.Succeeded).Select(@event => @event.Step).ShouldBe(["tempostack", "settled", "apply", "components"]);

        var request = Request();
        request.Options = new StackOptions { TempoImage = "docker.io/grafana/tempo:2.10.9" };
        var upgraded = await deployer.ChangeAsync(request);

        upgraded.Now.ShouldContainKeyAndValue("spec.images.tempo", "docker.io/grafana/tempo:2.10.9");
        upgraded.Endpoints.ShouldBe(deployed.Endpoints, "the ways are the same");
        var pods = (await cluster.Client.CoreV1.ListNamespacedPodAsync(Samples.Namespace(), cancellationToken: Stop)).Items;
        pods.Select(pod => pod.Metadata.Uid).Intersect(after.Values).ShouldBeEmpty();
        pods.SelectMany(pod => pod.Spec.Containers).Where(container => container.Name == "tempo").ShouldAllBe(container => container.Image == "docker.io/grafana/tempo:2.10.9");
        pods.Count(pod => pod.Metadata.Name.StartsWith("tempo-simplest-querier-", StringComparison.Ordinal)).ShouldBe(2, "what was changed before stays");
        using var http = new HttpClient();
        (await http.GetStringAsync(new Uri($"{deployed.Endpoints.QueryFrontend}/ready"), Stop)).ShouldNotBeEmpty();

        var same = await RunningDeployer.RefusalAsync(() => deployer.ChangeAsync(Request("spec.template.querier.replicas=2")));
        (same.Code, same.Value).ShouldBe(("TC345", $"{Samples.Namespace()}/simplest"));
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        (await cluster.RemainsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_operator_would_refuse_or_is_somebody_elses_is_not_changed()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        await deployer.DeployAsync(Samples.Request());
        var before = await PodsAsync(cluster);

        (await RunningDeployer.RefusalAsync(() => deployer.ChangeAsync(Request("spec.replicationFactor=3")))).Code.ShouldBe("TC343");
        (await RunningDeployer.RefusalAsync(() => deployer.ChangeAsync(Request("metadata.name=3")))).Code.ShouldBe("TC341");
        var strangers = Request("spec.template.querier.replicas=2");
        strangers.RunId = "rstranger";
        (await RunningDeployer.RefusalAsync(() => deployer.ChangeAsync(strangers))).Code.ShouldBe("TC327");
        (await PodsAsync(cluster)).ShouldBe(before, ignoreOrder: true);

        strangers.Anyones = true;
        (await deployer.ChangeAsync(strangers)).Now.ShouldContainKeyAndValue("spec.template.querier.replicas", "2");
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    private static ChangeRequest Request(params string[] set) => new()
    {
        RunId = Samples.Run,
        Namespace = Samples.Namespace(),
        Name = "simplest",
        Set = { set },
        Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(90)),
    };

    private static async Task<Dictionary<string, string>> PodsAsync(SandboxCluster cluster) =>
        (await cluster.Client.CoreV1.ListNamespacedPodAsync(Samples.Namespace(), cancellationToken: Stop)).Items.ToDictionary(pod => pod.Metadata.Name, pod => pod.Metadata.Uid);
}
