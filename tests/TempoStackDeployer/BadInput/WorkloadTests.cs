using Google.Protobuf.WellKnownTypes;
using k8s;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests.BadInput;

/// <summary>Mistakes that show only when pods are made: the first cause ends the wait long before its deadline, and nothing is left of the run.</summary>
[Collection(SandboxCluster.Some)]
public sealed class WorkloadTests(BadInputCluster shared) : IClassFixture<BadInputCluster>
{
    /// <summary>A quarter of it is the grace of every trouble.</summary>
    private const int Seconds = 16;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private SandboxCluster Cluster => shared.Cluster;

    [Theory]
    [InlineData("pods", "2", "requested: pods=1, used: pods=2, limited: pods=2")]
    [InlineData("persistentvolumeclaims", "0", "requested: persistentvolumeclaims=1, used: persistentvolumeclaims=0, limited: persistentvolumeclaims=0")]
    [InlineData("limits.memory", "1Gi", "limited: limits.memory=1Gi")]
    public async Task A_quota_that_is_met_while_pods_are_made_is_named_with_what_is_used_and_allowed(string resource, string hard, string figures)
    {
        var run = await shared.ProvisionedAsync();
        await using var deployer = await Cluster.DeployerAsync(() => new Around(Around.IsStack, before: () => shared.QuotaAsync(run, resource, hard)));
        var events = new List<StageEvent>();

        var refusal = await BadInputCluster.RefusalAsync(deployer, Samples.Request(run: run, seconds: Seconds), events);

        refusal.Code.ShouldBe("TC335", refusal.Message);
        refusal.Value.ShouldBe("resourcequota tight");
        refusal.Reason.ShouldContain("waiting does not help");
        refusal.Reason.ShouldContain("exceeded quota: tight");
        refusal.Reason.ShouldContain(figures);
        refusal.Fix.ShouldContain("Raise the quota");
        events[^1].Step.ShouldBe("workloads");
        await shared.CleanAsync(deployer, run);
    }

    [Theory]
    [InlineData("tempo", "ingester", "tempo")]
    [InlineData("tempoQuery", "query-frontend", "tempo-query")]
    public async Task An_image_that_cannot_be_had_is_named_with_its_pod(string image, string component, string container)
    {
        var run = await shared.ProvisionedAsync();
        await using var deployer = await Cluster.DeployerAsync();
        var request = Samples.Request(run: run, seconds: Seconds);
        request.Set.Add($"spec.images.{image}={BadInputCluster.AbsentImage}");

        var refusal = await BadInputCluster.RefusalAsync(deployer, request);

        refusal.Code.ShouldBe("TC334", refusal.Message);
        refusal.Value.ShouldBe(BadInputCluster.AbsentImage);
        refusal.Reason.ShouldContain("waiting does not help");
        refusal.Reason.ShouldContain($"pod tempo-simplest-{component}-");
        refusal.Reason.ShouldContain($"the image of container {container} cannot be had: ");
        refusal.Reason.ShouldContain("not found");
        refusal.Fix.ShouldContain("spec.images");
        await shared.CleanAsync(deployer, run);
    }

    [Fact]
    public async Task A_change_that_goes_wrong_says_why_and_can_be_taken_back_as_it_says()
    {
        var run = await shared.ProvisionedAsync();
        await using var deployer = await Cluster.DeployerAsync();
        var deployed = await deployer.DeployAsync(Samples.Request(run: run));
        var before = await ImagesAsync(run);
        using var http = new HttpClient();

        // Of a Deployment, the old pod stays and serves.
        var query = await RefusalAsync($"spec.images.tempoQuery={BadInputCluster.AbsentImage}");
        query.Code.ShouldBe("TC334", query.Message);
        query.Value.ShouldBe(BadInputCluster.AbsentImage);
        query.Reason.ShouldContain("query-frontend is not ready");
        query.Reason.ShouldContain("waiting does not help");
        (await http.GetStringAsync(new Uri($"{deployed.Endpoints.QueryFrontend}/ready"), Stop)).ShouldNotBeEmpty();

        var events = new List<StageEvent>();
        await deployer.ChangeAsync(Request(UndoOf(query)), events);
        events.ShouldContain(@event => @event.Step == "settled" && @event.Message.Contains("Not every component is ready: query-frontend", StringComparison.Ordinal));
        (await ImagesAsync(run)).ShouldBe(before);

        // Of a StatefulSet it does not, and the operator says nothing of it.
        var tempo = await RefusalAsync($"spec.images.tempo={BadInputCluster.AbsentImage}");
        tempo.Code.ShouldBe("TC334", tempo.Message);
        tempo.Value.ShouldBe(BadInputCluster.AbsentImage);

        await deployer.ChangeAsync(Request(UndoOf(tempo)));
        (await ImagesAsync(run)).ShouldBe(before);

        // What the operator itself gives up.
        var authority = await RefusalAsync("spec.storage.tls.enabled=true", "spec.storage.tls.caName=nosuch");
        authority.Code.ShouldBe("TC330", authority.Message);
        authority.Reason.ShouldContain("nosuch");

        await deployer.ChangeAsync(Request(UndoOf(authority)));
        (await http.GetStringAsync(new Uri($"{deployed.Endpoints.QueryFrontend}/ready"), Stop)).ShouldNotBeEmpty();

        // And without being taken back it is removed as anything else.
        (await RefusalAsync($"spec.images.tempo={BadInputCluster.AbsentImage}")).Code.ShouldBe("TC334");
        await shared.CleanAsync(deployer, run);

        async Task<DiagnosticException> RefusalAsync(params string[] set)
        {
            var request = Request(set);
            request.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(2 * Seconds));
            var refusal = await RunningDeployer.RefusalAsync(() => deployer.ChangeAsync(request));
            BadInputCluster.Told(refusal);
            return refusal;
        }

        ChangeRequest Request(params string[] set) => new()
        {
            RunId = run,
            Namespace = Samples.Namespace(run),
            Name = "simplest",
            Set = { set },
            Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
        };
    }

    [Fact]
    public async Task A_TempoMonolithic_is_changed_and_what_it_has_no_place_for_is_refused()
    {
        var run = await shared.ProvisionedAsync();
        await using var deployer = await Cluster.DeployerAsync();
        var deployed = await deployer.DeployAsync(Samples.Request(Monolithic, run));
        var before = await PodsAsync(run);
        using var http = new HttpClient();

        var changed = await deployer.ChangeAsync(Request("spec.resources.limits.memory=1Gi", "spec.extraConfig.tempo.storage.trace.blocklist_poll=3s"));

        changed.Now.ShouldContainKeyAndValue("spec.resources.limits.memory", "1Gi");
        changed.Now.ShouldContainKeyAndValue("spec.extraConfig.tempo.storage.trace.blocklist_poll", "3s");
        changed.Pods.ShouldBe(["tempo-single-0"]);
        (await PodsAsync(run)).Values.Intersect(before.Values).ShouldBeEmpty();
        changed.Endpoints.ShouldBe(deployed.Endpoints);
        (await http.GetStringAsync(new Uri($"{deployed.Endpoints.QueryFrontend}/ready"), Stop)).ShouldNotBeEmpty();

        var replicas = Request();
        replicas.Options = new StackOptions { Replicas = { ["ingester"] = 2 } };
        var refusal = await RunningDeployer.RefusalAsync(() => deployer.ChangeAsync(replicas));
        BadInputCluster.Told(refusal);
        refusal.Code.ShouldBe("TC342", refusal.Message);
        var field = await RunningDeployer.RefusalAsync(() => deployer.ChangeAsync(Request("spec.images.tempo=docker.io/grafana/tempo:2.10.9")));
        BadInputCluster.Told(field);
        field.Code.ShouldBe("TC325", field.Message);
        field.Reason.ShouldContain("images");
        var same = await RunningDeployer.RefusalAsync(() => deployer.ChangeAsync(Request("spec.resources.limits.memory=1Gi")));
        (same.Code, same.Value).ShouldBe(("TC345", $"{Samples.Namespace(run)}/single"));
        await shared.CleanAsync(deployer, run);

        ChangeRequest Request(params string[] set) => new()
        {
            RunId = run,
            Namespace = Samples.Namespace(run),
            Name = "single",
            Kind = "TempoMonolithic",
            Set = { set },
            Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
        };
    }

    private const string Monolithic = """
        apiVersion: tempo.grafana.com/v1alpha1
        kind: TempoMonolithic
        metadata:
          name: single
        spec:
          storage:
            traces:
              backend: s3
              s3:
                secret: ibm-cos-secret
          resources:
            limits:
              memory: 2Gi
              cpu: 1
        """;

    /// <summary>What the fix names as the way back.</summary>
    private static string[] UndoOf(DiagnosticException refusal)
    {
        refusal.Fix.ShouldContain("to take it back: tempocos change rbad");
        return [.. refusal.Fix.Split("--set '").Skip(1).Select(part => part[..part.IndexOf('\'', StringComparison.Ordinal)])];
    }

    private async Task<Dictionary<string, string>> PodsAsync(string run) =>
        (await Cluster.Client.CoreV1.ListNamespacedPodAsync(Samples.Namespace(run), cancellationToken: Stop)).Items.ToDictionary(pod => pod.Metadata.Name, pod => pod.Metadata.Uid);

    private async Task<List<string>> ImagesAsync(string run) =>
    [
        .. from pod in (await Cluster.Client.CoreV1.ListNamespacedPodAsync(Samples.Namespace(run), cancellationToken: Stop)).Items
           where pod.Metadata.DeletionTimestamp is null
           from container in pod.Spec.Containers
           let component = pod.Metadata.Labels["app.kubernetes.io/component"]
           orderby component, container.Name
           select $"{component} {container.Name} {container.Image}",
    ];
}
