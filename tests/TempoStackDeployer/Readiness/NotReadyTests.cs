using k8s;
using Microsoft.AspNetCore.Builder;
using TempoCos.Contracts;
using TempoCos.IbmCloud;
using TempoCos.TempoStackDeployer.Clusters.Rights;
using TempoCos.TempoStackDeployer.Reach;
using TempoCos.TempoStackDeployer.Tests.Clusters;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>A stack that does not come up says which component, why, and what it said last.</summary>
[Collection(SandboxCluster.Some)]
public sealed class NotReadyTests
{
    private static readonly PodProgram OneCrashes = new("""
        case "$*" in
          *target=ingester*) for i in 1 2 3 4 5 6 7 8 9 10 11; do echo "level=info msg=\"step $i\""; done
                             echo "level=error msg=\"unexpected error from ListObjects on traces: denied for some-key-id with hidden-word\""; sleep 0.2; exit 1;;
        esac
        """ + "\n" + PodProgram.Serves.Script);

    [Fact]
    public async Task A_component_that_crashes_is_named_with_its_restarts_and_its_last_ten_lines()
    {
        var asked = new AskedRights(Samples.Namespace());
        var (refusal, events) = await DeployAsync(OneCrashes, seconds: 20, asked);

        refusal.Code.ShouldBe("TC202");
        refusal.Value.ShouldBe("traces");
        refusal.Reason.ShouldContain("ingester is not ready");
        refusal.Reason.ShouldContain("tempo-simplest-ingester-0");
        refusal.Reason.ShouldContain("exit code 1");
        refusal.Reason.ShouldContain("unexpected error from ListObjects on traces: denied for *** with ***");
        refusal.Reason.ShouldContain("step 3\"");
        refusal.Reason.ShouldNotContain("step 2\"");
        events.ShouldContain(@event => @event.State == StepState.Running && @event.Message.StartsWith("waiting for ingester", StringComparison.Ordinal));
        var table = RequiredRights.For(Samples.Read(), ReachedBy.PortForward, provisions: false, []);
        asked.All.ShouldBeSubsetOf(AskedRights.Of(table));
        AskedRights.Of(table.Where(right => right.Use == RightUse.Explain)).ShouldBeSubsetOf(asked.All);
    }

    [Fact]
    public async Task What_the_operator_gives_up_ends_the_wait_at_once_in_its_own_words()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync(() => new LosingTheSecret(cluster));

        var refusal = await deployer.RefusalAsync(Samples.Request());

        refusal.Code.ShouldBe("TC330");
        refusal.Reason.ShouldContain("ConfigurationError");
        refusal.Reason.ShouldContain("could not fetch storage configuration secret");
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pods_that_never_answer_run_into_the_deadline()
    {
        var (refusal, events) = await DeployAsync(PodProgram.Idles, seconds: 3);

        refusal.Code.ShouldBe("TC339");
        refusal.Reason.ShouldContain("0 of 1 ready");
        refusal.Reason.ShouldContain("runs but is not ready");
        events[^1].Step.ShouldBe("workloads");
        events[^1].State.ShouldBe(StepState.Failed);
    }

    [Fact]
    public async Task A_configuration_that_Tempo_refuses_ends_the_wait_long_before_its_deadline()
    {
        var refuses = new PodProgram("""
            case "$*" in
              *target=compactor*) echo "failed parsing config: failed to parse configFile /conf/tempo.yaml: yaml: unmarshal errors:" >&2; echo "  line 7: field block_retentoin not found in type tempodb.CompactorConfig" >&2; sleep 0.1; exit 1;;
            esac
            """ + "\n" + PodProgram.Serves.Script);

        // A quarter of the time is the grace.
        var (refusal, _) = await DeployAsync(refuses, seconds: 40);

        refusal.Code.ShouldBe("TC357");
        refusal.Reason.ShouldContain("compactor is not ready");
        refusal.Reason.ShouldContain("waiting does not help");
        refusal.Reason.ShouldContain("field block_retentoin not found");
        refusal.Fix.ShouldContain("spec.extraConfig.tempo");
    }

    [Fact]
    public async Task Who_waits_for_a_broken_component_is_not_blamed()
    {
        var panics = new PodProgram("""
            case "$*" in
              *target=querier*) echo "panic: runtime error: invalid memory address or nil pointer dereference" >&2; sleep 0.1; exit 2;;
              *target=query-frontend*) exec sleep 600;;
            esac
            """ + "\n" + PodProgram.Serves.Script);

        var (refusal, _) = await DeployAsync(panics, seconds: 12);

        refusal.Code.ShouldBe("TC338");
        refusal.Reason.ShouldContain("querier is not ready");
        refusal.Reason.ShouldContain("panic: runtime error");
        refusal.Reason.ShouldContain("only waiting: query-frontend");
        refusal.Reason.ShouldContain("it needs querier");
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_named_by_whoever_touches_it_first()
    {
        var data = Directory.CreateTempSubdirectory("tempocos-cos-");
        await using var store = IbmCloudApp.Create(new IbmCloudOptions { DataDirectory = data.FullName, Hmac = [new HmacSeed("some-key-id", "hidden-word")] });
        await store.StartAsync(TestContext.Current.CancellationToken);
        await using (var cluster = await SandboxCluster.StartAsync(null))
        {
            await cluster.ProvisionAsync(endpoint: store.Urls.First());
            await using var deployer = await cluster.DeployerAsync();

            var refusal = await deployer.RefusalAsync(Samples.Request(seconds: 60));

            refusal.Code.ShouldBe("TC251");
            refusal.Reason.ShouldContain("the bucket does not exist");
            refusal.Reason.ShouldContain("waiting does not help");
            refusal.Reason.ShouldNotContain("hidden-word");
            (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        }

        await store.StopAsync(TestContext.Current.CancellationToken);
        data.Delete(recursive: true);
    }

    /// <summary>With this program in the pods the stack does not come up, and is taken away without a rest.</summary>
    private static async Task<(DiagnosticException Refusal, List<StageEvent> Events)> DeployAsync(PodProgram program, int seconds, AskedRights? asked = null)
    {
        await using var cluster = await SandboxCluster.StartAsync(program);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync(asked is null ? null : asked.Handler);
        var events = new List<StageEvent>();

        var refusal = await deployer.RefusalAsync(Samples.Request(seconds: seconds), events);

        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        (await cluster.RemainsAsync()).ShouldBeEmpty();
        return (refusal, events);
    }

    /// <summary>The Secret goes between its check and the operator's look at it.</summary>
    private sealed class LosingTheSecret(SandboxCluster cluster) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Patch)
            {
                await cluster.Client.CoreV1.DeleteNamespacedSecretAsync("ibm-cos-secret", Samples.Namespace(), cancellationToken: cancellationToken);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
