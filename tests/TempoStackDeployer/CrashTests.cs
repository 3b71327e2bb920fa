using System.Runtime.CompilerServices;
using Grpc.Core;
using k8s;
using k8s.Models;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>Whatever request a deployment was at when it ended, its ledger is enough to take everything away.</summary>
[Collection(SandboxCluster.Some)]
public sealed class CrashTests
{
    /// <summary>Up to the lists and watches of the wait; from then on nothing is made any more.</summary>
    private const int Requests = 14;

    [Fact]
    public async Task A_process_that_dies_after_any_request_leaves_nothing_that_the_next_cannot_remove()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        var made = new HashSet<string>();
        for (var last = 1; last <= Requests; last++)
        {
            var run = $"r{last:d10}";
            await DieAsync(cluster, run, last);
            await using var next = await cluster.DeployerAsync();
            made.UnionWith(next.Outstanding().Select(entry => $"{entry.Kind} {entry.State}"));

            var undeployed = await next.UndeployAsync(run);

            undeployed.Leftovers.ShouldBeEmpty($"died at request {last}");
            (await cluster.RemainsAsync()).ShouldBeEmpty($"died at request {last}");
            next.Outstanding().ShouldBeEmpty($"died at request {last}");
        }

        made.ShouldBe(["namespace intended", "namespace created", "tempostack intended", "tempostack created"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_caller_who_gives_up_at_any_request_can_undeploy_at_once()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        for (var last = 1; last <= Requests; last += 2)
        {
            var run = $"r{last:d10}";
            using var giveUp = new CancellationTokenSource();
            var counter = new StrongBox<int>();
            await using var deployer = await cluster.DeployerAsync(() => new GivingUp(last, cluster, run, giveUp, counter));
            await Should.ThrowAsync<RpcException>(() => deployer.DeployAsync(Samples.Request(run: run), cancellationToken: giveUp.Token));

            (await deployer.UndeployAsync(run)).Leftovers.ShouldBeEmpty($"given up at request {last}");

            (await cluster.RemainsAsync()).ShouldBeEmpty($"given up at request {last}");
            deployer.Outstanding().ShouldBeEmpty($"given up at request {last}");
        }
    }

    [Fact]
    public async Task Undeploy_is_content_when_everything_is_gone_already_and_may_be_repeated()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await DieAsync(cluster, Samples.Run, Requests);
        await cluster.Client.CoreV1.DeleteNamespaceAsync(Samples.Namespace(), cancellationToken: TestContext.Current.CancellationToken);
        await using var next = await cluster.DeployerAsync();

        (await next.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        next.Outstanding().ShouldBeEmpty();
        var again = await next.UndeployAsync(Samples.Run);
        again.Removed.ShouldBeEmpty();
        again.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Undeploy_works_when_the_resource_itself_is_gone()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await DieAsync(cluster, Samples.Run, Requests);
        await cluster.Client.ApiextensionsV1.DeleteCustomResourceDefinitionAsync("tempostacks.tempo.grafana.com", cancellationToken: TestContext.Current.CancellationToken);
        await using var next = await cluster.DeployerAsync();

        (await next.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        (await cluster.RemainsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_does_not_go_is_reported_with_a_remedy_and_stays_in_the_ledger()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await DieAsync(cluster, Samples.Run, Requests);
        await HoldAsync(cluster, "[\"example.org/hold\"]");
        await using (var next = await cluster.DeployerAsync(null, ("TempoCos:RemovalTimeout", "00:00:03")))
        {
            var undeployed = await next.UndeployAsync(Samples.Run);

            undeployed.Leftovers.Select(leftover => leftover.Kind).ShouldContain("tempostack");
            undeployed.Leftovers.Select(leftover => leftover.Kind).ShouldContain("namespace");
            var stack = undeployed.Leftovers.Single(leftover => leftover.Kind == "tempostack");
            stack.Reason.ShouldContain("example.org/hold");
            stack.Remedy.ShouldContain("kubectl");
            next.Outstanding().Count.ShouldBe(2);
        }

        await HoldAsync(cluster, "[]");
        await using var last = await cluster.DeployerAsync();
        (await last.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        (await cluster.RemainsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cluster_that_is_away_leaves_everything_in_the_ledger_and_says_so()
    {
        var home = Directory.CreateTempSubdirectory("tempocos-away-");
        var runs = Directory.CreateDirectory(Path.Combine(home.FullName, "runs", Samples.Run));
        await File.WriteAllTextAsync(
            Path.Combine(runs.FullName, "ledger-tempostack-deployer.ndjson"),
            """{"time":"2026-01-01T00:00:00Z","kind":"namespace","name":"one","id":"","state":"intended"}""" + "\n", TestContext.Current.CancellationToken);
        await using var deployer = await RunningDeployer.StartAsync(home.FullName, Path.Combine(home.FullName, "no-kubeconfig"));

        var leftover = (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldHaveSingleItem();

        leftover.Id.ShouldBe("one");
        leftover.Reason.ShouldContain("TC306");
        leftover.Remedy.ShouldContain($"tempocos destroy {Samples.Run}");
        home.Delete(recursive: true);
    }

    [Fact]
    public async Task Another_cluster_than_the_runs_is_not_mistaken_for_an_empty_one()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await DieAsync(cluster, Samples.Run, Requests);
        await using var other = await SandboxCluster.StartAsync(PodProgram.Idles);
        await using var elsewhere = await RunningDeployer.StartAsync(cluster.Home, other.Kubeconfig);

        var leftovers = (await elsewhere.UndeployAsync(Samples.Run)).Leftovers;

        leftovers.Count.ShouldBe(2);
        leftovers.ShouldAllBe(leftover => leftover.Reason.Contains("TC510", StringComparison.Ordinal));
        elsewhere.Outstanding().Count.ShouldBe(2);
    }

    private static async Task DieAsync(SandboxCluster cluster, string run, int last)
    {
        using var death = new CancellationTokenSource();
        var counter = new StrongBox<int>();
        await using var deployer = await cluster.DeployerAsync(() => new Dying(last, cluster, run, death, counter));
        await Should.ThrowAsync<RpcException>(() => deployer.DeployAsync(Samples.Request(run: run), cancellationToken: death.Token));
    }

    private static Task<object> HoldAsync(SandboxCluster cluster, string finalizers) => cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync(
        new V1Patch("{\"metadata\":{\"finalizers\":" + finalizers + "}}", V1Patch.PatchType.MergePatch),
        "tempo.grafana.com", "v1alpha1", Samples.Namespace(), "tempostacks", "simplest", cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>The last request takes effect, but its answer and everything after it are lost.</summary>
    private sealed class Dying(int last, SandboxCluster cluster, string run, CancellationTokenSource death, StrongBox<int> counter) : Counting(cluster, run, counter)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var number = Number(request);
            if (number > last)
            {
                throw new DiagnosticException("TC000", $"request {number}", "The process is dead", "None.");
            }

            var response = await base.SendAsync(request, cancellationToken);
            if (number < last)
            {
                return response;
            }

            await death.CancelAsync();
            throw new DiagnosticException("TC000", $"request {number}", "The process died", "None.");
        }
    }

    /// <summary>The caller gives up while the last request is on its way.</summary>
    private sealed class GivingUp(int last, SandboxCluster cluster, string run, CancellationTokenSource caller, StrongBox<int> counter) : Counting(cluster, run, counter)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Number(request) == last)
            {
                await caller.CancelAsync();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Counts requests from the first that makes something, and puts the storage Secret into the namespace as soon as the deployment has made it.</summary>
    private abstract class Counting(SandboxCluster cluster, string run, StrongBox<int> counter) : DelegatingHandler
    {
        protected int Number(HttpRequestMessage request) =>
            Volatile.Read(ref counter.Value) > 0 || (request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath == "/api/v1/namespaces") ? Interlocked.Increment(ref counter.Value) : 0;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath == "/api/v1/namespaces" && response.IsSuccessStatusCode)
            {
                await cluster.CreateSecretAsync(run);
            }

            return response;
        }
    }
}
