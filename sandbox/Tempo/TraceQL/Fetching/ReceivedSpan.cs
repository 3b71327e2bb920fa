using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>A span as it was received, with its surroundings.</summary>
public sealed class ReceivedSpan(ReceivedTrace trace, Span span, Resource? resource, InstrumentationScope? scope, string serviceName, ColumnLayout layout) : ISpanSource
{
    public Span Span => span;

    public Resource? Resource => resource;

    public InstrumentationScope? Scope => scope;

    public string ServiceName => serviceName;

    public ReadOnlySpan<byte> Id => span.SpanId.Span;

    public ulong Start => span.StartTimeUnixNano;

    // Ends before starts wrap around, as in Tempo's unsigned columns.
    public ulong Duration => unchecked(span.EndTimeUnixNano - span.StartTimeUnixNano);

    public int Left { get; set; }

    public int Right { get; set; }

    public int ParentLeft { get; set; }

    public void Read(FetchTarget target, StoredValues into)
    {
        if (target.Intrinsic != Intrinsic.None)
        {
            ReadIntrinsic(target.Intrinsic, into);
            return;
        }

        switch (target.Level)
        {
            case Level.Span:
                Read(target, 0, span.Attributes, into);
                break;
            case Level.Resource:
                Read(target, 0, resource?.Attributes, into);
                // Its column is never null: without the attribute, or with one of another type, it is empty text.
                if (target.Name == "service.name" && serviceName.Length == 0)
                {
                    into.AddOne(0, Static.Of(""));
                }

                break;
            case Level.Instrumentation:
                Read(target, 0, scope?.Attributes, into);
                break;
            case Level.Event:
                for (var i = 0; i < span.Events.Count; i++)
                {
                    Read(target, i, span.Events[i].Attributes, into);
                }

                break;
            case Level.Link:
                for (var i = 0; i < span.Links.Count; i++)
                {
                    Read(target, i, span.Links[i].Attributes, into);
                }

                break;
        }
    }

    // No key asks whether there is any attribute in the list of keys.
    private void Read(FetchTarget target, int owner, RepeatedField<KeyValue>? attributes, StoredValues into)
    {
        foreach (var attribute in attributes ?? [])
        {
            if (target.Name.Length == 0 && !IsInColumn(target.Level, attribute))
            {
                into.Begin(owner);
                return;
            }

            if (attribute.Key != target.Name)
            {
                continue;
            }

            into.Begin(owner);
            if (attribute.Value?.ValueCase == AnyValue.ValueOneofCase.ArrayValue)
            {
                ReadElements(attribute.Value.ArrayValue, into);
            }
            else if (attribute.Value is { } value && Static.Of(value) is { IsNil: false } known)
            {
                into.Add(known);
            }
        }
    }

    private bool IsInColumn(Level level, KeyValue attribute) =>
        layout.Find(level, attribute.Key) is { } type && attribute.Value is { } value && value.ValueCase != AnyValue.ValueOneofCase.ArrayValue && Static.Of(value).Type == type;

    // Blocks keep only arrays of one type as values; others are opaque, and in the oldest format all are.
    private void ReadElements(ArrayValue array, StoredValues into)
    {
        if (layout.Version == "vParquet3" || array.Values.Any(element => element.ValueCase != array.Values[0].ValueCase))
        {
            return;
        }

        foreach (var element in array.Values)
        {
            if (Static.Of(element) is { IsNil: false } value)
            {
                into.Add(value);
            }
        }
    }

    private void ReadIntrinsic(Intrinsic intrinsic, StoredValues into)
    {
        switch (intrinsic)
        {
            case Intrinsic.EventName or Intrinsic.EventTimeSinceStart:
                for (var i = 0; i < span.Events.Count; i++)
                {
                    var item = span.Events[i];
                    into.AddOne(i, intrinsic == Intrinsic.EventName ? Static.Of(item.Name) : Static.OfDuration(unchecked((long)(item.TimeUnixNano - span.StartTimeUnixNano))));
                }

                break;
            case Intrinsic.LinkTraceId or Intrinsic.LinkSpanId:
                for (var i = 0; i < span.Links.Count; i++)
                {
                    var link = span.Links[i];
                    into.AddOne(i, Static.Of(intrinsic == Intrinsic.LinkTraceId ? TraceId16.FromBytes(link.TraceId.Span).ToStrippedString() : Hex(link.SpanId)));
                }

                break;
            default:
                into.AddOne(0, ReadIntrinsic(intrinsic));
                break;
        }
    }

    private Static ReadIntrinsic(Intrinsic intrinsic) => intrinsic switch
    {
        Intrinsic.Duration => Static.OfDuration(unchecked((long)Duration)),
        Intrinsic.Name => Static.Of(span.Name),
        Intrinsic.Status => Static.StatusOf((long)(span.Status?.Code ?? Status.Types.StatusCode.Unset)),
        Intrinsic.StatusMessage => Static.Of(span.Status?.Message ?? ""),
        Intrinsic.Kind => Static.KindOf((long)span.Kind),
        Intrinsic.RootName => Static.Of(trace.RootSpanName),
        Intrinsic.RootServiceName => Static.Of(trace.RootServiceName),
        Intrinsic.TraceDuration => Static.OfDuration(unchecked((long)trace.Duration)),
        Intrinsic.TraceId => Static.Of(trace.Id.ToStrippedString()),
        Intrinsic.NestedSetLeft => Static.Of((long)Left),
        Intrinsic.NestedSetRight => Static.Of((long)Right),
        Intrinsic.NestedSetParent => Static.Of((long)ParentLeft),
        Intrinsic.SpanId => Static.Of(Hex(span.SpanId)),
        Intrinsic.SpanParentId => Static.Of(Hex(span.ParentSpanId)),
        Intrinsic.InstrumentationName => Static.Of(scope?.Name ?? ""),
        Intrinsic.InstrumentationVersion => Static.Of(scope?.Version ?? ""),
        _ => Static.OfDuration(unchecked((long)Start)),
    };

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span).PadLeft(16, '0');
}
