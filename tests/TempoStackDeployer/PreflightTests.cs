using System.Net;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests;

[Collection(SandboxCluster.Some)]
public sealed class PreflightTests
{
    [Fact]
    public async Task A_cluster_that_does_not_answer_is_named()
    {
        var home = Directory.CreateTempSubdirectory("tempocos-preflight-");
        var kubeconfig = Path.Combine(home.FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, """
            apiVersion: v1
            kind: Config
            current-context: here
            contexts: [{name: here, context: {cluster: here, user: me}}]
            clusters: [{name: here, cluster: {server: "http://127.0.0.1:1"}}]
            users: [{name: me, user: {token: word}}]
            """, TestContext.Current.CancellationToken);
        await using var deployer = await RunningDeployer.StartAsync(home.FullName, kubeconfig);

        var refusal = await deployer.RefusalAsync(Samples.Request());

        refusal.Code.ShouldBe("TC308");
        refusal.Value.ShouldBe("http://127.0.0.1:1");
        refusal.Reason.ShouldContain("refused");
        home.Delete(recursive: true);
    }

    [Theory]
    [InlineData(null, "not exist")]
    [InlineData("{nonsense", "not usable")]
    [InlineData("apiVersion: v1\nkind: Config\ncurrent-context: gone\ncontexts: []\nclusters: []\nusers: []", "not usable")]
    public async Task A_kubeconfig_that_is_not_usable_is_named(string? content, string reason)
    {
        var home = Directory.CreateTempSubdirectory("tempocos-preflight-");
        var kubeconfig = Path.Combine(home.FullName, "kubeconfig");
        if (content is not null)
        {
            await File.WriteAllTextAsync(kubeconfig, content, TestContext.Current.CancellationToken);
        }

        await using var deployer = await RunningDeployer.StartAsync(home.FullName, kubeconfig);

        var refusal = await deployer.RefusalAsync(Samples.Request());

        refusal.Code.ShouldBe("TC306");
        refusal.Value.ShouldContain(kubeconfig);
        refusal.Reason.ShouldContain(reason);
        home.Delete(recursive: true);
    }

    [Fact]
    public async Task A_context_that_the_kubeconfig_does_not_have_is_named()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await using var deployer = await cluster.DeployerAsync(null, ("Kubernetes:Context", "elsewhere"));

        var refusal = await deployer.RefusalAsync(Samples.Request());

        refusal.Code.ShouldBe("TC306");
        refusal.Value.ShouldContain("elsewhere");
    }

    [Fact]
    public async Task A_cluster_without_the_operator_says_how_to_install_it_and_nothing_is_made()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles, withOperator: false);
        await using var deployer = await cluster.DeployerAsync();
        var events = new List<StageEvent>();

        var refusal = await deployer.RefusalAsync(Samples.Request(), events);

        refusal.Code.ShouldBe("TC314");
        refusal.Value.ShouldBe("tempostacks.tempo.grafana.com");
        refusal.Fix.ShouldContain("kubectl apply");
        events[^1].State.ShouldBe(StepState.Failed);
        events[^1].Step.ShouldBe("cluster");
        deployer.Outstanding().ShouldBeEmpty();
        (await cluster.RemainsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "TC307")]
    [InlineData(HttpStatusCode.Forbidden, "TC309")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "TC310")]
    public async Task A_refusal_by_the_cluster_is_told_in_its_own_words(HttpStatusCode status, string code)
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync(() => new Answering(request => request.Method == HttpMethod.Patch ? status : null));

        var refusal = await deployer.RefusalAsync(Samples.Request());

        refusal.Code.ShouldBe(code);
        refusal.Reason.ShouldContain("said the test");
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        deployer.Outstanding().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_passes_by_itself_is_tried_again()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        var left = 3;
        await using var deployer = await cluster.DeployerAsync(() => new Answering(_ => Interlocked.Decrement(ref left) >= 0 ? HttpStatusCode.ServiceUnavailable : null));

        var refusal = await deployer.RefusalAsync(Samples.Request());

        refusal.Code.ShouldBe("TC221", "the Secret is the first thing that is missing once the cluster has answered");
        left.ShouldBeLessThan(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc")]
    [InlineData("UPPER")]
    public async Task A_run_id_that_is_none_is_refused(string run)
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await using var deployer = await cluster.DeployerAsync();

        (await deployer.RefusalAsync(Samples.Request(run: run))).Code.ShouldBe("TC906");
    }
}
