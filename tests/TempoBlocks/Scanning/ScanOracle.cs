using TempoCos.Otlp;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.TempoBlocks.Tests.Scanning;

/// <summary>What a target's values on a span are, read off whole traces, without any of the scan's code.</summary>
internal static class ScanOracle
{
    public static IEnumerable<ScanValue> Values(ScanTarget target, TracesData trace, ResourceSpans batch, ScopeSpans scope, Span span, bool isVParquet3) => target.Scope switch
    {
        ScanScope.Span => Attributes(span.Attributes, target.Key, isVParquet3),
        ScanScope.Resource => Resource(batch, target.Key, isVParquet3),
        ScanScope.SpanOrResource => Has(span.Attributes, target.Key, isVParquet3)
            ? Attributes(span.Attributes, target.Key, isVParquet3)
            : Attributes(batch.Resource.Attributes, target.Key, isVParquet3),
        ScanScope.Intrinsic => Intrinsic(target.Key, trace, batch, scope, span, isVParquet3),
        _ when isVParquet3 => [],
        ScanScope.Event => span.Events.SelectMany(e => Attributes(e.Attributes, target.Key, false)),
        ScanScope.Link => span.Links.SelectMany(l => Attributes(l.Attributes, target.Key, false)),
        _ => Attributes(scope.Scope.Attributes, target.Key, false),
    };

    private static IEnumerable<ScanValue> Resource(ResourceSpans batch, string key, bool isVParquet3)
    {
        var values = Attributes(batch.Resource.Attributes, key, isVParquet3).ToList();
        return key == "service.name" && !batch.Resource.Attributes.Any(a => a.Key == key && a.Value.ValueCase == AnyValue.ValueOneofCase.StringValue)
            ? values.Append(ScanValue.From(""))
            : values;
    }

    private static IEnumerable<ScanValue> Intrinsic(string key, TracesData trace, ResourceSpans batch, ScopeSpans scope, Span span, bool isVParquet3) => unchecked(key switch
    {
        ScanIntrinsics.SpanName => [ScanValue.From(span.Name)],
        ScanIntrinsics.SpanDuration => [ScanValue.From((long)(span.EndTimeUnixNano - span.StartTimeUnixNano))],
        ScanIntrinsics.SpanStatus => [ScanValue.From((long)span.Status.Code)],
        ScanIntrinsics.SpanStatusMessage => [ScanValue.From(span.Status.Message)],
        ScanIntrinsics.SpanKind => [ScanValue.From((long)span.Kind)],
        ScanIntrinsics.SpanId => [ScanValue.From(span.SpanId.ToByteArray())],
        ScanIntrinsics.SpanParentId => [ScanValue.From(span.ParentSpanId.ToByteArray())],
        ScanIntrinsics.TraceId => [ScanValue.From(span.TraceId.ToByteArray())],
        _ when isVParquet3 => [],
        ScanIntrinsics.EventName => span.Events.Select(e => ScanValue.From(e.Name)),
        ScanIntrinsics.EventTimeSinceStart => span.Events.Select(e => ScanValue.From((long)(e.TimeUnixNano - span.StartTimeUnixNano))),
        ScanIntrinsics.LinkTraceId => span.Links.Select(l => ScanValue.From(l.TraceId.ToByteArray())),
        ScanIntrinsics.LinkSpanId => span.Links.Select(l => ScanValue.From(l.SpanId.ToByteArray())),
        ScanIntrinsics.InstrumentationName => [ScanValue.From(scope.Scope.Name)],
        ScanIntrinsics.InstrumentationVersion => [ScanValue.From(scope.Scope.Version)],
        _ => throw new ArgumentException(key),
    });

    private static bool Has(IEnumerable<KeyValue> attributes, string key, bool isVParquet3) => attributes.Any(a => a.Key == key
        && (Scalars(a.Value, isVParquet3).Any() || (!isVParquet3 && a.Value.ValueCase == AnyValue.ValueOneofCase.ArrayValue && a.Value.ArrayValue.Values.Count == 0)));

    private static IEnumerable<ScanValue> Attributes(IEnumerable<KeyValue> attributes, string key, bool isVParquet3) =>
        attributes.Where(a => a.Key == key).SelectMany(a => Scalars(a.Value, isVParquet3));

    private static IEnumerable<ScanValue> Scalars(AnyValue value, bool isVParquet3)
    {
        if (value.ValueCase != AnyValue.ValueOneofCase.ArrayValue)
        {
            return Scalar(value);
        }

        // Arrays of one type have columns; others, and all of vParquet3, are kept as JSON, which is not searched.
        var items = value.ArrayValue.Values;
        return !isVParquet3 && items.Select(i => i.ValueCase).Distinct().Count() == 1 ? items.SelectMany(Scalar) : [];
    }

    private static IEnumerable<ScanValue> Scalar(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => [ScanValue.From(value.StringValue)],
        AnyValue.ValueOneofCase.IntValue => [ScanValue.From(value.IntValue)],
        AnyValue.ValueOneofCase.DoubleValue => [ScanValue.From(value.DoubleValue)],
        AnyValue.ValueOneofCase.BoolValue => [ScanValue.From(value.BoolValue)],
        _ => [],
    };
}
