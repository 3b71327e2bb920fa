using k8s;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>A stack that does not come up says which component, why, and what it said last.</summary>
[Collection(SandboxCluster.OneAtATime)]
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
        await using var cluster = await SandboxCluster.StartAsync(OneCrashes);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        var request = Samples.Request(seconds: 20);

        var refusal = await deployer.RefusalAsync(request);

        refusal.Code.ShouldBeOneOf("TC331", "TC330");
        refusal.Reason.ShouldContain("ingester");
        refusal.Reason.ShouldContain("tempo-simplest-ingester-0");
        refusal.Reason.ShouldContain("exit code 1");
        refusal.Reason.ShouldContain("unexpected error from ListObjects on traces: denied for *** with ***");
        refusal.Reason.ShouldContain("step 3\"");
        refusal.Reason.ShouldNotContain("step 2\"");
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        (await cluster.RemainsAsync()).ShouldBeEmpty();
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
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        var request = Samples.Request(seconds: 3);
        var events = new List<StageEvent>();

        var refusal = await deployer.RefusalAsync(request, events);

        refusal.Code.ShouldBe("TC331");
        refusal.Reason.ShouldContain("0 of 1 ready");
        events[^1].Step.ShouldBe("workloads");
        events[^1].State.ShouldBe(StepState.Failed);
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
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
