using CsCheck;
using Google.Protobuf;
using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>Generators of arbitrary traces: every type of value, keys with columns of their own, extreme numbers, ids of odd lengths.</summary>
internal static class RandomTraces
{
    private static readonly string[] Keys =
    [
        "service.name", "k8s.pod.name", "cluster", "http.method", "http.url", "http.status_code", "http.route", "url.path", "a", "b", "ключ", "",
    ];

    private static readonly string[] Words = ["", "a", "GET", "payment-service", "日本語テキスト", "🜁 emoji", "with \"quotes\" and \\ and \n", new('x', 3000)];

    private static readonly Gen<string> Text = OneOf(Words);
    private static readonly Gen<uint> Counter = Gen.OneOf(Gen.Const(0U), Gen.UInt);
    private static readonly Gen<ulong> Time = Gen.OneOf(Gen.Const(1795255200000000000UL), Gen.ULong[1795255200000000000UL, 1795258800000000000UL], Gen.ULong);
    private static readonly Gen<ByteString> SpanId = Gen.OneOf(Gen.Byte.Array[8], Gen.Byte.Array[8], Gen.Byte.Array[0, 16]).Select(ByteString.CopyFrom);

    private static readonly Gen<AnyValue> Scalar = Gen.OneOf(
        Text.Select(v => new AnyValue { StringValue = v }),
        Gen.Long.Select(v => new AnyValue { IntValue = v }),
        Gen.Double.Select(v => new AnyValue { DoubleValue = v }),
        Gen.Bool.Select(v => new AnyValue { BoolValue = v }));

    private static readonly Gen<AnyValue> Value = Gen.Recursive<AnyValue>((depth, nested) => depth > 3 ? Scalar : Gen.Frequency(
        (12, Scalar),
        (1, Gen.Const(() => new AnyValue())),
        (1, Gen.Byte.Array[0, 20].Select(v => new AnyValue { BytesValue = ByteString.CopyFrom(v) })),
        (2, Text.Array[0, 4].Select(v => Array(v.Select(t => new AnyValue { StringValue = t })))),
        (1, Gen.Long.Array[1, 4].Select(v => Array(v.Select(t => new AnyValue { IntValue = t })))),
        (1, Gen.Double.Array[1, 4].Select(v => Array(v.Select(t => new AnyValue { DoubleValue = t })))),
        (1, Gen.Bool.Array[1, 4].Select(v => Array(v.Select(t => new AnyValue { BoolValue = t })))),
        (1, nested.Array[0, 3].Select(v => Array(v))),
        (1, Gen.Select(OneOf(Keys), nested).Select((k, v) => new KeyValue { Key = k, Value = v }).Array[0, 3]
            .Select(v => new AnyValue { KvlistValue = new KeyValueList { Values = { v } } }))));

    private static readonly Gen<KeyValue[]> Attributes =
        Gen.Select(OneOf(Keys), Value).Select((k, v) => new KeyValue { Key = k, Value = v }).Array[0, 6];

    private static readonly Gen<Span.Types.Event> Event = Gen.Select(Time, Text, Attributes, Counter)
        .Select((time, name, attributes, dropped) => new Span.Types.Event
        {
            TimeUnixNano = time,
            Name = name,
            Attributes = { attributes },
            DroppedAttributesCount = dropped,
        });

    private static readonly Gen<Span.Types.Link> Link = Gen.Select(Gen.Byte.Array[16], SpanId, Text, Attributes, Counter)
        .Select((trace, span, state, attributes, dropped) => new Span.Types.Link
        {
            TraceId = ByteString.CopyFrom(trace),
            SpanId = span,
            TraceState = state,
            Attributes = { attributes },
            DroppedAttributesCount = dropped,
        });

    private static readonly Gen<Span> SpanCore = Gen.Select(SpanId, SpanId, Text, Gen.Int[0, 99], Time, Time, Attributes)
        .Select((id, parent, name, kind, start, end, attributes) => new Span
        {
            SpanId = id,
            ParentSpanId = parent,
            Name = name,
            Kind = (Span.Types.SpanKind)kind,
            StartTimeUnixNano = start,
            EndTimeUnixNano = end,
            Attributes = { attributes },
        });

    private static readonly Gen<Span> FullSpan = Gen.Select(SpanCore, Event.Array[0, 3], Link.Array[0, 3], Text, Gen.Int[0, 2], Counter, Counter, Counter)
        .Select((span, events, links, text, status, a, b, c) =>
        {
            span.Events.AddRange(events);
            span.Links.AddRange(links);
            span.TraceState = text;
            span.Status = new Status { Code = (Status.Types.StatusCode)status, Message = text };
            (span.DroppedAttributesCount, span.DroppedEventsCount, span.DroppedLinksCount) = (a, b, c);
            return span;
        });

    private static readonly Gen<ScopeSpans> Scope = Gen.Select(Text, Text, Attributes, FullSpan.Array[0, 5])
        .Select((name, version, attributes, spans) => new ScopeSpans
        {
            Scope = new InstrumentationScope { Name = name, Version = version, Attributes = { attributes } },
            Spans = { spans },
        });

    private static readonly Gen<TracesData> Trace = Gen.Select(Attributes, Scope.Array[0, 3])
        .Select((attributes, scopes) => new ResourceSpans { Resource = new Resource { Attributes = { attributes } }, ScopeSpans = { scopes } })
        .Array[0, 3].Select(resources => new TracesData { ResourceSpans = { resources } });

    /// <summary>Some traces with distinct ids in ascending order.</summary>
    public static Gen<TraceRecord[]> Records { get; } = Gen.Select(Gen.ULong, Gen.ULong[0, 3], Trace).Array[1, 8].Select(items => items
        .Select(i => (Id: new TraceId16(i.Item2, i.Item1), Trace: i.Item3))
        .DistinctBy(i => i.Id)
        .OrderBy(i => i.Id)
        .Select(i => new TraceRecord(i.Id, WithId(i.Trace, i.Id)))
        .ToArray());

    private static Gen<string> OneOf(string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static AnyValue Array(IEnumerable<AnyValue> values) => new() { ArrayValue = new ArrayValue { Values = { values } } };

    private static TracesData WithId(TracesData trace, TraceId16 id)
    {
        var copy = trace.Clone();
        foreach (var span in GoldenBlockTests.Spans(copy))
        {
            span.TraceId = ByteString.CopyFrom(id.ToByteArray());
        }

        return copy;
    }
}
