using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Tests.Generator;

/// <summary>The same spans through the real Tempo's metrics-generator and through this one's.</summary>
public sealed class RealGeneratorTests
{
    private const string Overrides = "overrides: {metrics_generator_processors: [span-metrics, service-graphs]}";

    [Fact]
    public async Task Both_write_the_same_series_with_the_same_values()
    {
        using var directory = new TemporaryDirectory();
        await using var receiver = await RemoteWriteReceiver.StartAsync();
        await using var other = await RemoteWriteReceiver.StartAsync();
        await using var real = await RealTempo.StartAsync(
            directory, "{disabled: true}", more: $"{Overrides}\nmetrics_generator: {{{Generator(directory["real-generator"], other)}, ring: {{kvstore: {{store: inmemory}}, instance_addr: 127.0.0.1}}}}");
        await using var tempo = await SingleProcess.StartAsync(
            directory,
            $$"""
            target: distributor,ingester,metrics-generator
            memberlist: {node_name: one, bind_addr: [127.0.0.1], bind_port: 0, advertise_addr: 127.0.0.1}
            {{Overrides}}
            metrics_generator: { {{Generator(directory["generator"], receiver)}} }
            """);
        var traces = Sending.Traces(40);

        await Sending.SendAsync(real.Otlp, traces);
        await Sending.SendAsync(tempo.Address(ListenerRole.OtlpGrpc), traces);

        await Eventually.TrueAsync("calls to what sends no spans are counted", () => Task.FromResult(HasVirtual(receiver) && HasVirtual(other)));
        await Eventually.TrueAsync("all spans are counted", () => Task.FromResult(Total(receiver) >= SentSpans.Calls(traces).Values.Sum() && Total(other) >= SentSpans.Calls(traces).Values.Sum()));
        receiver.Metrics().ShouldBe(other.Metrics());
        foreach (var metric in other.Metrics())
        {
            var (ours, theirs) = (receiver.Values(metric), other.Values(metric));
            ours.Keys.Order(StringComparer.Ordinal).ShouldBe(theirs.Keys.Order(StringComparer.Ordinal), metric);
            foreach (var (labels, value) in theirs)
            {
                ours[labels].ShouldBe(value, 1e-9, $"{metric}{{{labels}}}");
            }
        }
    }

    private static bool HasVirtual(RemoteWriteReceiver receiver) =>
        receiver.Values("traces_service_graph_request_total").Keys.Any(labels => labels.Contains("connection_type=\"virtual_node\"", StringComparison.Ordinal));

    private static double Total(RemoteWriteReceiver receiver) => receiver.Values("traces_spanmetrics_calls_total").Values.Sum();

    private static string Generator(string path, RemoteWriteReceiver receiver) =>
        $"metrics_ingestion_time_range_slack: 1h, registry: {{collection_interval: 500ms}}, processor: {{service_graphs: {{wait: 1s}}}}, storage: {{path: '{path}', remote_write: [{{url: '{receiver.Url}'}}]}}";
}
