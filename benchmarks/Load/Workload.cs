using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;

namespace TempoCos.Benchmarks.Load;

/// <summary>
/// Traces of 8 spans over two services, 3 resource and 9 span attributes, about 274 bytes a span. Trace <c>n</c> depends on the seed and
/// <c>n</c> alone, so that both programs get the same bytes and every query has the same answer in every run.
/// </summary>
internal sealed class Workload(DateTimeOffset start, ulong seed = 42)
{
    public const int SpansPerTrace = 8;
    public const int TracesPerRequest = 25;
    private const int Services = 20;
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE"];

    /// <summary>When the first trace starts.</summary>
    public DateTimeOffset Start { get; } = start;

    /// <summary>The id of a trace; another <paramref name="pass"/> gives the same trace another id.</summary>
    public TraceId16 Id(long trace, int pass = 0) => new(Mix(seed, (ulong)trace, 1 + ((ulong)pass << 8)), Mix(seed, (ulong)trace, 2 + ((ulong)pass << 8)));

    /// <summary>Requests with the traces from 0 to <paramref name="traces"/>.</summary>
    public IReadOnlyList<EncodedRequest> Encode(int traces) => [.. Enumerable
        .Range(0, (traces + TracesPerRequest - 1) / TracesPerRequest)
        .AsParallel().AsOrdered().WithDegreeOfParallelism(2)
        .Select(i => EncodedRequest.From(this, i * TracesPerRequest, Math.Min(TracesPerRequest, traces - (i * TracesPerRequest))))];

    public TracesData Trace(long trace)
    {
        var id = ByteString.CopyFrom(Id(trace).ToByteArray());
        var random = new Sequence(Mix(seed, (ulong)trace, 3));
        var begin = (ulong)(Start.ToUnixTimeMilliseconds() + trace) * 1_000_000;
        var front = (int)random.Below(Services);
        var back = (front + 1 + (int)random.Below(Services - 1)) % Services;
        var data = new TracesData { ResourceSpans = { Resource(front, trace), Resource(back, trace) } };
        for (var i = 0; i < SpansPerTrace; i++)
        {
            data.ResourceSpans[i * 2 / SpansPerTrace].ScopeSpans[0].Spans.Add(Span(id, trace, i, begin, random));
        }

        return data;
    }

    private static ResourceSpans Resource(int service, long trace) => new()
    {
        Resource = new Resource
        {
            Attributes =
            {
                Text("service.name", $"svc-{service:00}"),
                Text("host.name", $"host-{trace % 50:00}"),
                Text("deployment.environment", "bench"),
            },
        },
        ScopeSpans = { new ScopeSpans { Scope = new InstrumentationScope { Name = "bench" } } },
    };

    private Span Span(ByteString trace, long number, int index, ulong begin, Sequence random)
    {
        var start = begin + ((ulong)index * 1_000_000) + random.Below(900_000);
        var failed = random.Below(100) < 2;
        var span = new Span
        {
            TraceId = trace,
            SpanId = SpanId(number, index),
            Name = $"op-{random.Below(50):00}",
            Kind = index == 0 ? Otlp.Span.Types.SpanKind.Server : Otlp.Span.Types.SpanKind.Internal,
            StartTimeUnixNano = start,
            EndTimeUnixNano = start + 1_000_000 + random.Below(500_000_000),
            Attributes =
            {
                Text("http.method", Methods[random.Below((ulong)Methods.Length)]),
                Text("http.url", $"/api/v1/items/{random.Below(10_000):0000}"),
                Number("http.status_code", random.Below(100) == 0 ? 500 : 200),
                Text("attr.0", $"value-{random.Below(20_000)}"),
                Text("attr.1", $"value-{random.Below(1_000)}"),
                Text("attr.2", $"value-{random.Below(100)}"),
                Number("n", (long)random.Below(99_997)),
                new KeyValue { Key = "ratio", Value = new AnyValue { DoubleValue = random.Below(1_000) / 1_000.0 } },
                new KeyValue { Key = "cached", Value = new AnyValue { BoolValue = random.Below(2) == 0 } },
            },
        };
        if (index > 0)
        {
            span.ParentSpanId = SpanId(number, (index - 1) / 2);
        }

        if (failed)
        {
            span.Status = new Status { Code = Status.Types.StatusCode.Error };
        }

        return span;
    }

    private ByteString SpanId(long trace, int index)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Mix(seed, (ulong)trace, 16 + (ulong)index));
        return ByteString.CopyFrom(bytes);
    }

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static KeyValue Number(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };

    private static ulong Mix(ulong seed, ulong number, ulong purpose) => new Sequence((seed * 0x9e3779b97f4a7c15) ^ (number * 0xd1342543de82ef95) ^ (purpose * 0xda942042e4dd58b5)).Next();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"seed {seed} from {Start:O}");
}
