using TempoCos.Otlp;
using TempoCos.Tempo.Http;
using TempoCos.Traces;

namespace TempoCos.Tempo.Tests.Generator;

/// <summary>From the distributor by the ring to the metrics-generator, and from there to a receiver of remote write.</summary>
public sealed class MetricsGeneratorTests
{
    private const string Calls = "traces_spanmetrics_calls_total";
    private const string Forwarded = "tempo_distributor_forwarder_pushes_total{";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_reaches_the_receiver_is_counted_from_the_spans_that_were_sent()
    {
        await using var receiver = await RemoteWriteReceiver.StartAsync();
        using var directory = new TemporaryDirectory();
        await using var tempo = await StartAsync(directory, receiver);
        var traces = Sending.Traces(12);
        var expected = SentSpans.Calls(traces);

        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), traces);
        (await tempo.Http.GetStringAsync("/metrics", Ct)).ShouldContain(Forwarded);
        await Eventually.TrueAsync("all spans are counted", () => Task.FromResult(receiver.Values(Calls).Values.Sum() >= expected.Values.Sum()));

        receiver.Values(Calls).ShouldBe(expected, ignoreOrder: true);
        receiver.Histories(Calls).Values.ShouldAllBe(values => values[0] == 0);
        receiver.Values("traces_spanmetrics_size_total").ShouldBe(SentSpans.Sizes(traces), ignoreOrder: true);
        receiver.Values("traces_spanmetrics_latency_count").ShouldBe(expected, ignoreOrder: true);
        receiver.Values("traces_spanmetrics_latency_bucket").Where(one => one.Key.StartsWith("le=\"+Inf\"", StringComparison.Ordinal)).Sum(one => one.Value).ShouldBe(expected.Values.Sum());
        foreach (var (labels, seconds) in SentSpans.Seconds(traces))
        {
            receiver.Values("traces_spanmetrics_latency_sum")[labels].ShouldBe(seconds, 1e-9);
        }

        var requests = SentSpans.Requests(traces);
        requests.ShouldNotBeEmpty();
        foreach (var ((client, server), count) in requests)
        {
            var labels = $"client=\"{client}\",server=\"{server}\"";
            receiver.Values("traces_service_graph_request_total").ShouldContainKeyAndValue(labels, count);
            receiver.Values("traces_service_graph_request_server_seconds_count").ShouldContainKeyAndValue(labels, count);
        }

        receiver.Tenants.ShouldBe([""]);

        // What ended too long ago is left out, and said.
        var old = TraceSource.Generate(TraceProfile.Shop, 7, DateTimeOffset.UtcNow.AddHours(-2), "r0000000001", 0);
        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), [old]);
        var spans = SentSpans.Calls([old]).Values.Sum();
        await Eventually.TrueAsync("the old spans are discarded", async () => (await tempo.Http.GetStringAsync("/metrics", Ct))
            .Contains($"tempo_metrics_generator_spans_discarded_total{{tenant=\"single-tenant\",reason=\"outside_metrics_ingestion_slack\",processor=\"\"}} {spans}", StringComparison.Ordinal));
        var requestsBefore = receiver.Requests;
        await Eventually.TrueAsync("two more collections", () => Task.FromResult(receiver.Requests >= requestsBefore + 2));
        receiver.Values(Calls).ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task A_receiver_that_fails_for_a_while_gets_the_numbers_later()
    {
        await using var receiver = await RemoteWriteReceiver.StartAsync();
        receiver.Refuse(503, 429, 500);
        using var directory = new TemporaryDirectory();
        await using var tempo = await StartAsync(directory, receiver);
        var traces = Sending.Traces(2);

        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), traces);

        await Eventually.TrueAsync("all spans are counted", () => Task.FromResult(receiver.Values(Calls).Values.Sum() >= SentSpans.Calls(traces).Values.Sum()));
        receiver.Values(Calls).ShouldBe(SentSpans.Calls(traces), ignoreOrder: true);
        receiver.Histories(Calls).Values.ShouldAllBe(values => values[0] == 0);
        (await tempo.Http.GetStringAsync("/metrics", Ct)).ShouldNotContain("prometheus_remote_storage_samples_failed_total{");

        // A refusal for good is no reason to ask again.
        receiver.Refuse(400);
        await Eventually.TrueAsync("samples were refused", async () => (await tempo.Http.GetStringAsync("/metrics", Ct)).Contains("prometheus_remote_storage_samples_failed_total{", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_processors_nothing_is_made_of_spans()
    {
        await using var receiver = await RemoteWriteReceiver.StartAsync();
        using var directory = new TemporaryDirectory();
        await using var tempo = await StartAsync(directory, receiver, processors: "");

        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), Sending.Traces(2));

        // Counted before the sender has its answer.
        (await tempo.Http.GetStringAsync("/metrics", Ct)).ShouldNotContain(Forwarded);
        receiver.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task Only_the_named_kind_of_span_metrics_is_made_with_the_dimensions_asked_for_and_a_limit_of_series_is_kept()
    {
        await using var receiver = await RemoteWriteReceiver.StartAsync();
        using var directory = new TemporaryDirectory();
        await using var tempo = await StartAsync(
            directory, receiver, "span-metrics-count", "processor: {span_metrics: {dimensions: [tempocos.run.id, service], intrinsic_dimensions: {span_name: false, span_kind: false, status_code: false}}}",
            ", metrics_generator_max_active_series: 2");
        var traces = Sending.Traces(6);
        var total = SentSpans.Calls(traces).Values.Sum();

        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), traces);

        await Eventually.TrueAsync("all spans are counted", () => Task.FromResult(receiver.Values(Calls).Values.Sum() >= total));
        receiver.Metrics().ShouldBe([Calls]);
        receiver.Values(Calls).Keys.Count.ShouldBe(3);
        receiver.Values(Calls).ShouldContainKey("metric_overflow=\"true\"");
        receiver.Values(Calls).Keys.Where(labels => labels.Contains("tempocos_run_id=\"r0000000000\"", StringComparison.Ordinal)).Count().ShouldBe(2);
        receiver.Values(Calls).Values.Sum().ShouldBe(total);
    }

    private static Task<SingleProcess> StartAsync(
        TemporaryDirectory directory, RemoteWriteReceiver receiver, string processors = "span-metrics, service-graphs, local-blocks", string more = "", string limits = "") => SingleProcess.StartAsync(
        directory,
        $$$"""
        target: distributor,ingester,metrics-generator
        memberlist: {node_name: one, bind_addr: [127.0.0.1], bind_port: 0, advertise_addr: 127.0.0.1}
        overrides: {metrics_generator_processors: [{{{processors}}}]{{{limits}}}}
        metrics_generator:
          metrics_ingestion_time_range_slack: 1h
          registry: {collection_interval: 200ms}
          storage: {path: '{{{directory["generator"]}}}', remote_write: [{url: '{{{receiver.Url}}}'}]}
          {{{more}}}
        """);
}
