using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Generator;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Tests.Compactor;
using Kind = TempoCos.Otlp.Span.Types.SpanKind;

namespace TempoCos.Tempo.Tests.Generator;

/// <summary>Calls of which both halves, one, or a database are seen.</summary>
public sealed class ServiceGraphTests
{
    private const string Requests = "traces_service_graph_request_total";
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly TenantGenerator _generator;

    public ServiceGraphTests()
    {
        var settings = GeneratorSettings.From(new(ConfigurationTree.Parse("test", "metrics_generator: {storage: {path: /x}, processor: {service_graphs: {wait: 10s, max_items: 2}}}"), new Dictionary<string, string>()));
        _generator = new("t", settings, new TempoMetrics(), _time, NullLogger.Instance);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_halves_are_one_call_whichever_comes_first(bool clientFirst)
    {
        var client = Batch("shop", Make(Kind.Client, 1));
        var server = Batch("stock", Make(Kind.Server, 2, 1, error: true));

        Push(clientFirst ? client : server);
        Counted().ShouldBeEmpty();
        Push(clientFirst ? server : client);

        Counted().ShouldBe(["client=shop,server=stock: 1"]);
        Counted("traces_service_graph_request_failed_total").ShouldBe(["client=shop,server=stock: 1"]);
    }

    [Fact]
    public void A_call_to_a_database_is_seen_from_one_side()
    {
        Push(Batch("shop", Make(Kind.Client, 1, attributes: ("db.system", "redis"))));
        Push(Batch("shop", Make(Kind.Client, 2, attributes: [("db.name", "orders"), ("server.address", "db-1")])));

        Counted().ShouldBe(["client=shop,connection_type=database,server=db-1: 1", "client=shop,connection_type=database,server=redis: 1"]);
    }

    [Fact]
    public void Messages_are_calls_too()
    {
        Push(Batch("shop", Make(Kind.Producer, 1)), Batch("mailer", Make(Kind.Consumer, 2, 1)));

        Counted().ShouldBe(["client=shop,connection_type=messaging_system,server=mailer: 1"]);
    }

    [Fact]
    public void A_half_that_waited_long_enough_counts_if_the_other_side_is_known()
    {
        Push(Batch("shop", Make(Kind.Server, 1)), Batch("shop", Make(Kind.Client, 2, 1, attributes: ("peer.service", "payments"))));
        _generator.Expire();
        Counted().ShouldBeEmpty();

        _time.Now += TimeSpan.FromSeconds(10);
        _generator.Expire();

        Counted().ShouldBe(["client=shop,connection_type=virtual_node,server=payments: 1", "client=user,connection_type=virtual_node,server=shop: 1"]);
    }

    [Fact]
    public void A_half_of_which_nothing_is_known_does_not_count_and_too_many_are_dropped()
    {
        Push(Batch("shop", Make(Kind.Client, 1), Make(Kind.Server, 2, 9), Make(Kind.Client, 3)));
        // The client's half would be waiting if there had been room for it.
        Push(Batch("stock", Make(Kind.Server, 4, 3)));
        Counted().ShouldBeEmpty();
        _time.Now += TimeSpan.FromSeconds(10);
        _generator.Expire();

        Counted().ShouldBeEmpty();
    }

    private void Push(params ResourceSpans[] batches) =>
        _generator.Push(batches, LimitSettings.Default with { GeneratorProcessors = ["service-graphs"] });

    private string[] Counted(string metric = Requests) =>
    [
        .. _generator.Collect().Where(series => series.Labels.Any(label => label is { Name: "__name__" } && label.Value == metric))
            .Select(series => $"{string.Join(",", series.Labels.Where(label => !label.Name.StartsWith("__", StringComparison.Ordinal)).Select(label => $"{label.Name}={label.Value}"))}: {series.Samples[^1].Value}")
            .Order(StringComparer.Ordinal),
    ];

    private Span Make(Kind kind, byte id, byte parent = 0, bool error = false, params (string Name, string Value)[] attributes)
    {
        var now = (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        return new()
        {
            TraceId = ByteString.CopyFrom(new byte[16].Select(_ => (byte)7).ToArray()),
            SpanId = ByteString.CopyFrom([id, 0, 0, 0, 0, 0, 0, 0]),
            ParentSpanId = parent == 0 ? ByteString.Empty : ByteString.CopyFrom([parent, 0, 0, 0, 0, 0, 0, 0]),
            Kind = kind,
            Name = "x",
            StartTimeUnixNano = now - 1_000_000_000,
            EndTimeUnixNano = now,
            Status = new() { Code = error ? Status.Types.StatusCode.Error : Status.Types.StatusCode.Unset },
            Attributes = { attributes.Select(attribute => Text(attribute.Name, attribute.Value)) },
        };
    }

    private static ResourceSpans Batch(string service, params Span[] spans) => new()
    {
        Resource = new() { Attributes = { Text("service.name", service) } },
        ScopeSpans = { new ScopeSpans { Spans = { spans } } },
    };

    private static KeyValue Text(string name, string value) => new() { Key = name, Value = new() { StringValue = value } };
}
