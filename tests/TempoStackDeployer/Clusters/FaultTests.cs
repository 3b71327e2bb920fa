using System.Diagnostics;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;
using TempoCos.Cluster.Api.Faults;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Clusters.Rights;
using TempoCos.TempoStackDeployer.Ledgers;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

/// <summary>An API server that fails now and then, at every verb, and one that does not get well.</summary>
[Collection(SandboxCluster.Others)]
public sealed class FaultTests
{
    private const string Namespace = "tempocos-faults";

    private static readonly Dictionary<string, FaultRule> Faults = new()
    {
        ["429 with Retry-After"] = new() { Status = 429, RetryAfterSeconds = 1 },
        ["500"] = new() { Status = 500 },
        ["503"] = new() { Status = 503 },
        ["504"] = new() { Status = 504 },
        ["no answer in time"] = new() { DelayMilliseconds = 20_000 },
        ["broken connection before the effect"] = new() { Drop = FaultDrop.Before },
        ["broken connection after the effect"] = new() { Drop = FaultDrop.After },
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_fails_once_succeeds_with_one_effect_at_every_verb()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        using var connection = await TestKubeconfig.ConnectAsync(cluster.Kubeconfig, ("TempoCos:RequestTimeout", "00:00:02"));
        var ledgers = new LedgerDirectory(Options.Create(new DeployerOptions { Home = cluster.Home }), TimeProvider.System);
        var configMaps = await ApiObjects.ResourceAsync(connection, "v1", "ConfigMap", Stop);
        var number = 0;
        foreach (var (name, fault) in Faults)
        {
            var run = $"r{++number:d10}";
            var ledger = ledgers.Open(run);
            using var source = new ActivitySource("test");
            using var stage = new StageReporter(run, "test", source, TimeProvider.System, _ => Task.CompletedTask);
            var ns = $"{Namespace}-{number}";
            string uid = "", own = "";

            await OnceAsync("create", () => stage.StepAsync("namespace", "", step => NamespaceCreation.EnsureAsync(connection, ns, "", ledger, step, Stop)));
            own = (await cluster.Client.CoreV1.ReadNamespaceAsync(ns, cancellationToken: Stop)).Metadata.Uid;
            ledger.Outstanding().ShouldHaveSingleItem().Id.ShouldBe(own, name);

            await OnceAsync("patch", async () => uid = (await ObjectApply.ApplyAsync(connection, Document(ns), "", ledger, Stop)).Uid);
            await OnceAsync("get", async () => (await ApiObjects.FindAsync(connection, configMaps, ns, "thing", Stop)).ShouldNotBeNull()["metadata"]!["uid"]!.ToString().ShouldBe(uid));
            await OnceAsync("list", async () => (await connection.Client.CoreV1.ListNamespacedConfigMapAsync(ns, cancellationToken: Stop)).Items.ShouldContain(item => item.Metadata.Uid == uid));
            await OnceAsync("delete", () => ApiObjects.DeleteAsync(connection, configMaps, ns, "thing", uid, "Background", Stop));
            (await ApiObjects.FindAsync(connection, configMaps, ns, "thing", Stop)).ShouldBeNull(name);

            async Task OnceAsync(string verb, Func<Task> act)
            {
                var active = cluster.Faults.Add(fault with { Verb = verb, Count = 1, Resource = verb == "create" ? "namespaces" : "configmaps" });
                await act();
                cluster.Faults.Remove(active.Id).ShouldBeTrue();
                cluster.Faults.Rules.ShouldBeEmpty();
            }
        }
    }

    [Theory]
    [InlineData(500, null, "TC310", "answered 500", "(tried 5 times in")]
    [InlineData(503, null, "TC310", "answered 503", "(tried 5 times in")]
    [InlineData(429, 3600, "TC310", "asks to wait for 3600 s", "")]
    [InlineData(403, null, "TC309", "forbids it", "")]
    [InlineData(401, null, "TC307", "refuses the credentials", "")]
    public async Task What_does_not_get_well_ends_bounded_and_says_how_often_it_was_tried(int status, int? retryAfter, string code, string reason, string tried)
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        using var connection = await TestKubeconfig.ConnectAsync(cluster.Kubeconfig);
        cluster.Faults.Add(new FaultRule { Verb = "list", Resource = "configmaps", Status = status, RetryAfterSeconds = retryAfter });

        var refusal = await Should.ThrowAsync<DiagnosticException>(() => connection.Client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Stop));

        refusal.Code.ShouldBe(code);
        refusal.Reason.ShouldContain(reason);
        refusal.Reason.ShouldContain(tried);
        refusal.Fix.ShouldNotBeEmpty();
        await connection.Client.CoreV1.ListNamespacedSecretAsync("default", cancellationToken: Stop);
    }

    [Fact]
    public async Task A_server_that_takes_for_ever_or_breaks_every_connection_is_told_as_such()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        using var connection = await TestKubeconfig.ConnectAsync(cluster.Kubeconfig, ("TempoCos:RequestTimeout", "00:00:01"));

        var hanging = cluster.Faults.Add(new FaultRule { Verb = "list", Resource = "configmaps", DelayMilliseconds = 60_000 });
        var slow = await Should.ThrowAsync<DiagnosticException>(() => connection.Client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Stop));
        cluster.Faults.Remove(hanging.Id);
        cluster.Faults.Add(new FaultRule { Verb = "list", Resource = "configmaps", Drop = FaultDrop.Before });
        var broken = await Should.ThrowAsync<DiagnosticException>(() => connection.Client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Stop));

        slow.Code.ShouldBe("TC308");
        slow.Reason.ShouldContain("no answer within 1 s (tried ");
        broken.Code.ShouldBe("TC308");
        broken.Reason.ShouldContain("(tried ");
        broken.Value.ShouldBe(connection.Server);
    }

    [Fact]
    public async Task A_deployment_survives_watches_that_are_cut_or_expire_after_any_event()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await using var deployer = await cluster.DeployerAsync();
        for (var events = 0; events < 6; events++)
        {
            var run = $"r{events:d10}";
            await cluster.ProvisionAsync(run);
            var active = cluster.Faults.Add(new FaultRule { Verb = "watch", Namespace = Samples.Namespace(run), CutWatchAfterEvents = events, Compact = events % 2 == 1 });

            (await deployer.DeployAsync(Samples.Request(run: run))).Endpoints.QueryFrontend.ShouldNotBeEmpty();
            (await deployer.UndeployAsync(run)).Leftovers.ShouldBeEmpty($"after {events} events");

            cluster.Faults.Remove(active.Id);
            (await cluster.RemainsAsync()).ShouldBeEmpty($"after {events} events");
        }
    }

    [Theory]
    [InlineData(60)]
    [InlineData(70)]
    public async Task A_server_that_goes_away_in_the_middle_and_comes_back_is_waited_for(int after)
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        cluster.Faults.Add(new FaultRule { Drop = FaultDrop.Before, After = after, Count = 4 });

        (await deployer.DeployAsync(Samples.Request())).Endpoints.QueryFrontend.ShouldNotBeEmpty();

        cluster.Faults.Clear();
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        (await cluster.RemainsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_that_runs_out_in_the_middle_of_a_run_is_renewed()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        using var robot = await Robot.MakeAsync(cluster, "robot", Samples.Namespace(), RequiredRights.For(Samples.Read(), ReachedBy.PortForward, provisions: true, []));
        using var kubeconfig = new TestKubeconfig();
        var admin = KubernetesClientConfiguration.LoadKubeConfig(cluster.Kubeconfig);
        var endpoint = admin.Clusters.Single().ClusterEndpoint;
        kubeconfig.Write("word", robot.Token);
        var plugin = kubeconfig.Script("plugin", $$$"""
            cd {{{kubeconfig.Path("")}}}
            echo run >> runs
            echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "'$(cat word)'"}}'
            """);
        await using var deployer = await RunningDeployer.StartAsync(
            cluster.Home,
            kubeconfig.WriteOne(
                endpoint.Server, $"exec: {{apiVersion: client.authentication.k8s.io/v1, command: {plugin}, interactiveMode: Never}}",
                $"certificate-authority-data: {endpoint.CertificateAuthorityData}"),
            () => new Afterwards(HttpMethod.Patch, async () =>
            {
                kubeconfig.Write("word", admin.Users.Single().UserCredentials.Token);
                await cluster.Client.CoreV1.DeleteNamespacedServiceAccountAsync("robot", "default", cancellationToken: Stop);
            }));

        await deployer.DeployAsync(Samples.Request());

        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        File.ReadAllLines(kubeconfig.Path("runs")).Length.ShouldBe(2, "once to begin with, and once for all who were refused");
    }

    [Fact]
    public async Task A_namespace_that_a_foreign_finalizer_holds_is_left_in_time_with_its_name_and_goes_later()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await using (var deployer = await cluster.DeployerAsync(null, ("TempoCos:RemovalTimeout", "00:00:03")))
        {
            (await deployer.RefusalAsync(Samples.Request())).Code.ShouldBe("TC221", "the namespace is made, the Secret is missing");
            await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(
                new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "held", Finalizers = ["example.org/hold"] } }, Samples.Namespace(), cancellationToken: Stop);

            var leftover = (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldHaveSingleItem();

            leftover.Kind.ShouldBe("namespace");
            leftover.Id.ShouldBe(Samples.Namespace());
            leftover.Reason.ShouldContain("TC504");
            leftover.Reason.ShouldContain("example.org/hold");
            leftover.Remedy.ShouldContain($"tempocos destroy {Samples.Run}");

            var refusal = await deployer.RefusalAsync(Samples.Request());
            refusal.Code.ShouldBe("TC305");
            refusal.Value.ShouldBe(Samples.Namespace());
            refusal.Reason.ShouldContain("example.org/hold");
        }

        await cluster.Client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch("""{"metadata":{"finalizers":null}}""", V1Patch.PatchType.MergePatch), "held", Samples.Namespace(), cancellationToken: Stop);
        await using var later = await cluster.DeployerAsync();
        (await later.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
        (await cluster.RemainsAsync()).ShouldBeEmpty();
    }

    /// <summary>Does something once, after the first request of a method.</summary>
    private sealed class Afterwards(HttpMethod method, Func<Task> act) : DelegatingHandler
    {
        private int _done;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.Method == method && Interlocked.Exchange(ref _done, 1) == 0)
            {
                await act();
            }

            return response;
        }
    }

    private static JsonObject Document(string ns) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = "thing", ["namespace"] = ns },
        ["data"] = new JsonObject { ["a"] = "1" },
    };
}
