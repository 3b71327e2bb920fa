using System.Text.Json;
using TempoCos.Contracts;
using TempoCos.Otlp;
using TempoCos.Tempo.Tests.Generator;
using TempoCos.Traces;

namespace TempoCos.EndToEnd.Tests;

/// <summary>A stack with a metrics-generator: what it makes of the run's spans reaches a receiver of Prometheus remote write.</summary>
public sealed class MetricsGeneratorTests
{
    private const string RunId = "rmetrics";
    private const string Calls = "traces_spanmetrics_calls_total";

    /// <summary>Collects often, counts spans that come late on a busy machine, and tells the run's spans from the ladder's canaries.</summary>
    private const string Settings = """
        metrics_generator:
          metrics_ingestion_time_range_slack: 1h
          registry: {collection_interval: 1s}
          processor:
            span_metrics: {dimensions: [tempocos.run.id]}
            service_graphs: {dimensions: [tempocos.run.id]}
        """;

    [Fact]
    public async Task The_spans_of_a_run_are_counted_by_the_metrics_generator_and_written_to_the_receiver()
    {
        await using var receiver = await RemoteWriteReceiver.StartAsync();
        await using var apphost = await RunningAppHost.StartAsync("--no-run");
        await apphost.HealthyAsync("pipeline");

        // Named, because rungs 6 and 7 only make a run longer here: other runs climb them.
        var run = await FinishedRun.RunAsync(apphost, new RunRequest
        {
            RunId = RunId,
            Rungs = { 0, 1, 2, 3, 4, 5 },
            Reach = new ReachOptions { By = ReachBy.Ingress },
            Stack = new StackOptions { RemoteWriteUrl = receiver.Url.AbsoluteUri, ExtraConfig = Settings },
        });

        run.Finished.ExitCode.ShouldBe(0, run.Finished.Summary);
        run.Rungs.Where(rung => rung.Verdict == Verdict.Proven).Select(rung => rung.Rung).ShouldBe([0, 1, 2, 3, 4, 5]);
        run.Steps.ShouldContain(step => step.Step == "workloads" && step.Evidence.ContainsKey("metrics-generator"));
        var traces = Sent(run.Receipt.GetProperty("traces"));
        OfRun(receiver.Values(Calls)).ShouldBe(Labelled(SentSpans.Calls(traces)), ignoreOrder: true);
        OfRun(receiver.Values("traces_spanmetrics_latency_count")).ShouldBe(Labelled(SentSpans.Calls(traces)), ignoreOrder: true);
        OfRun(receiver.Values("traces_spanmetrics_size_total")).ShouldBe(Labelled(SentSpans.Sizes(traces)), ignoreOrder: true);
        var requests = receiver.Values("traces_service_graph_request_total");
        SentSpans.Requests(traces).ShouldAllBe(one => requests[$"client=\"{one.Key.Client}\",server=\"{one.Key.Server}\",tempocos_run_id=\"{RunId}\""] == one.Value);
        receiver.Values(Calls).Keys.ShouldAllBe(labels => labels.Contains($"tempocos_run_id=\"{RunId}", StringComparison.Ordinal));

        // The way by ingress takes no run of its own: Jaeger has one.
        run.Receipt.GetProperty("tempo").GetProperty("reached").EnumerateArray().Where(reached => reached.GetProperty("by").GetString() == "ingress")
            .Select(reached => reached.GetProperty("endpoint").GetString()).ShouldBe(["jaeger"]);
        run.Finished.Leftovers.ShouldBeEmpty();
        (await SandboxInventory.OfAsync(apphost)).ShouldBeEmpty();
    }

    private static Dictionary<string, double> OfRun(Dictionary<string, double> values) =>
        values.Where(one => one.Key.EndsWith($",tempocos_run_id=\"{RunId}\"", StringComparison.Ordinal)).ToDictionary();

    private static Dictionary<string, double> Labelled(Dictionary<string, double> sent) => sent.ToDictionary(one => $"{one.Key},tempocos_run_id=\"{RunId}\"", one => one.Value);

    /// <summary>The traces that the receipt describes, made again.</summary>
    private static List<TracesData> Sent(JsonElement traces) =>
    [
        .. Enumerable.Range(0, traces.GetProperty("count").GetInt32()).Select(index => TraceSource.Generate(
            TraceProfile.Find(traces.GetProperty("profile").GetString()!)!, traces.GetProperty("seed").GetUInt64(), traces.GetProperty("base").GetDateTimeOffset(), RunId, index)),
    ];
}
