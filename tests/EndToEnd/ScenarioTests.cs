using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Contracts;

namespace TempoCos.EndToEnd.Tests;

/// <summary>The whole application: AppHost, services, sandbox, and Tempo's five components as pods.</summary>
public sealed class ScenarioTests
{
    /// <summary>Nobody asks this Tempo to flush, and by itself it would tomorrow: the case that a count of search results takes for success.</summary>
    private const string NeverFlushes = """
        apiVersion: tempo.grafana.com/v1alpha1
        kind: TempoStack
        metadata:
          name: simplest
        spec:
          storage:
            secret:
              name: traces-s3
              type: s3
          storageSize: 200M
          template:
            queryFrontend:
              jaegerQuery:
                enabled: true
                ingress:
                  type: ingress
          extraConfig:
            tempo:
              ingester:
                trace_idle_period: 1s
                flush_check_period: 1s
                max_block_duration: 24h
        """;

    [Fact]
    public async Task A_run_is_proven_leaves_nothing_behind_and_is_one_trace_over_all_services()
    {
        await using var apphost = await StartAsync();

        var (finished, rungs, _) = await FinishedRun.RunAsync(apphost, new RunRequest { RunId = "rgreen" });

        finished.ExitCode.ShouldBe(0, finished.Summary);
        finished.Verdict.ShouldBe(Verdict.Proven);
        rungs.Select(rung => rung.Rung).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7]);
        rungs.ShouldAllBe(rung => rung.Verdict == Verdict.Proven);
        rungs.Skip(1).ShouldAllBe(rung => rung.Controls.Count > 0 && rung.Controls.All(control => control.Held));
        rungs[6].Evidence["pods"].ShouldStartWith("tempo-simplest-ingester-0: ");
        rungs[6].Evidence["volume_claims"].ShouldStartWith("data-tempo-simplest-ingester-0: ");
        rungs[7].Evidence["compaction_output"].ShouldContain("(level 1, ");
        rungs[7].Evidence["retention"].ShouldContain("spec.retention.global.traces = 1s");
        (await SandboxInventory.OfAsync(apphost)).ShouldBeEmpty();
        File.Exists(finished.ReceiptPath).ShouldBeTrue();
        File.Exists(finished.JunitPath).ShouldBeTrue();

        string[] services = ["pipeline", "cos-provisioner", "tempostack-deployer", "trace-generator", "query-verifier"];
        await DashboardTelemetry.UntilAsync(
            () => apphost.Telemetry.SpansAsync(finished.TraceId),
            spans => services.All(spans.Contains),
            spans => $"spans of {string.Join(", ", spans.Select(group => group.Key))} in trace {finished.TraceId}");
        await DashboardTelemetry.UntilAsync(
            () => apphost.Telemetry.TextAsync("logs?limit=10000"),
            logs => logs.Contains("rung 7 lives-on proven: ", StringComparison.Ordinal) && logs.Contains("run rgreen proven: ", StringComparison.Ordinal),
            logs => $"{logs.Length} characters of logs");
    }

    [Fact]
    public async Task A_Tempo_that_never_flushes_answers_every_query_fails_rung_2_and_loses_all_with_its_ingester()
    {
        await using var apphost = await StartAsync();

        var (finished, rungs, _) = await FinishedRun.RunAsync(apphost, new RunRequest
        {
            RunId = "rnever",
            Manifest = NeverFlushes,
            NaturalFlush = true,
            WrittenWithin = Duration.FromTimeSpan(TimeSpan.FromSeconds(8)),
        });

        finished.ExitCode.ShouldBe(1, finished.Summary);
        finished.Verdict.ShouldBe(Verdict.Failed);
        rungs.Single(rung => rung.Rung == 1).Verdict.ShouldBe(Verdict.Proven);
        var written = rungs.Single(rung => rung.Rung == 2);
        written.Verdict.ShouldBe(Verdict.Failed);
        written.Missing.Count.ShouldBe(10);
        var survives = rungs.Single(rung => rung.Rung == 6);
        survives.Verdict.ShouldBe(Verdict.Failed);
        survives.Reason.ShouldContain("10 of 10 traces are lost with the ingesters");
        survives.Controls.ShouldAllBe(control => control.Held);
        (await SandboxInventory.OfAsync(apphost)).ShouldBeEmpty();
    }

    [Fact]
    public async Task After_kill_9_of_the_pipeline_destroy_leaves_nothing()
    {
        var home = Directory.CreateTempSubdirectory("tempocos-e2e-").FullName;
        await using (var apphost = await RunningAppHost.StartInAsync(home, "--no-run"))
        {
            apphost.KeepHome = true;
            await apphost.HealthyAsync("pipeline");
            var killed = await Should.ThrowAsync<RpcException>(() => FinishedRun.RunAsync(apphost, new RunRequest { RunId = "rkilled" }, async step =>
            {
                if (step is { Stage: "deploy", Step: "workloads" })
                {
                    using var pipeline = Process.GetProcessById(await apphost.ProcessIdAsync("pipeline"));
                    pipeline.Kill();
                }
            }));
            killed.StatusCode.ShouldBe(StatusCode.Unavailable);
            (await SandboxInventory.OfAsync(apphost)).ShouldContain("buckets: tempocos-rkilled");
        }

        await using var next = await RunningAppHost.StartInAsync(home, "--no-run");
        await next.HealthyAsync("pipeline");
        using var channel = GrpcChannel.ForAddress(next.Grpc("pipeline"));
        var client = new Contracts.Pipeline.PipelineClient(channel);
        var before = await client.GetStatusAsync(new StatusRequest(), cancellationToken: TestContext.Current.CancellationToken);
        before.Runs.Single(run => run.RunId == "rkilled").State.ShouldBe("interrupted");
        before.Runs.Single(run => run.RunId == "rkilled").Leftovers.ShouldNotBeEmpty();

        var (finished, _, _) = await FinishedRun.DestroyAsync(next, "rkilled");

        finished.ExitCode.ShouldBe(0, finished.Summary);
        (await SandboxInventory.OfAsync(next)).ShouldBeEmpty();
        var after = await client.GetStatusAsync(new StatusRequest(), cancellationToken: TestContext.Current.CancellationToken);
        after.Runs.Single(run => run.RunId == "rkilled").Leftovers.ShouldBeEmpty();
    }

    private static async Task<RunningAppHost> StartAsync()
    {
        var apphost = await RunningAppHost.StartAsync("--no-run");
        await apphost.HealthyAsync("pipeline");
        return apphost;
    }
}
