using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.TraceQL;

/// <summary>The values that an attribute or intrinsic has on a span: none, one, or several (arrays, repeated keys, events, links).</summary>
public static class AttributeReader
{
    public static List<Static> Read(Attribute attribute, SpanView span)
    {
        var values = new List<Static>();
        switch (attribute.Scope)
        {
            case AttributeScope.Any:
                Add(values, span.Span.Attributes, attribute.Name);
                if (values.Count == 0)
                {
                    Add(values, span.Resource?.Attributes, attribute.Name);
                }

                break;
            case AttributeScope.Span:
                Add(values, span.Span.Attributes, attribute.Name);
                break;
            case AttributeScope.Resource:
                Add(values, span.Resource?.Attributes, attribute.Name);
                // Its column is never null: without the attribute, or with one of another type, it is empty text.
                if (attribute.Name == "service.name" && values.All(value => value.Type != StaticType.String))
                {
                    values.Add(Static.Of(""));
                }

                break;
            case AttributeScope.Instrumentation:
                Add(values, span.Scope?.Attributes, attribute.Name);
                break;
            case AttributeScope.Event:
                foreach (var item in span.Span.Events)
                {
                    Add(values, item.Attributes, attribute.Name);
                }

                break;
            case AttributeScope.Link:
                foreach (var link in span.Span.Links)
                {
                    Add(values, link.Attributes, attribute.Name);
                }

                break;
            case AttributeScope.Intrinsic:
                AddIntrinsic(values, attribute.Intrinsic, span);
                break;
        }

        return values;
    }

    /// <summary>The attribute as OTLP has it, arrays whole; for showing.</summary>
    public static AnyValue? Show(Attribute attribute, SpanView span)
    {
        var source = attribute.Scope switch
        {
            AttributeScope.Any => Find(span.Span.Attributes, attribute.Name) is not null ? span.Span.Attributes : span.Resource?.Attributes,
            AttributeScope.Span => span.Span.Attributes,
            AttributeScope.Resource => span.Resource?.Attributes,
            AttributeScope.Instrumentation => span.Scope?.Attributes,
            _ => null,
        };
        if (source is not null)
        {
            return Find(source, attribute.Name) is { ValueCase: not (AnyValue.ValueOneofCase.BytesValue or AnyValue.ValueOneofCase.KvlistValue or AnyValue.ValueOneofCase.None) } found ? found : null;
        }

        var values = Read(attribute, span);
        return values.Count switch
        {
            0 => null,
            1 => values[0].ToAnyValue(),
            // Of events and links the last one stands for all.
            _ => values[^1].ToAnyValue(),
        };
    }

    public static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    private static AnyValue? Find(RepeatedField<KeyValue> attributes, string key) => attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value;

    private static void Add(List<Static> values, RepeatedField<KeyValue>? attributes, string key)
    {
        foreach (var attribute in attributes ?? [])
        {
            if (attribute.Key != key || attribute.Value is null)
            {
                continue;
            }

            if (attribute.Value.ValueCase == AnyValue.ValueOneofCase.ArrayValue)
            {
                AddElements(values, attribute.Value.ArrayValue);
            }
            else if (Static.From(attribute.Value) is { } value)
            {
                values.Add(value);
            }
        }
    }

    // Blocks keep only arrays of one type as values; others are opaque.
    private static void AddElements(List<Static> values, ArrayValue array)
    {
        if (array.Values.Select(element => element.ValueCase).Distinct().Count() == 1)
        {
            values.AddRange(array.Values.Select(Static.From).OfType<Static>());
        }
    }

    private static void AddIntrinsic(List<Static> values, Intrinsic intrinsic, SpanView view)
    {
        var span = view.Span;
        switch (intrinsic)
        {
            case Intrinsic.Duration: values.Add(Static.Duration(unchecked((long)view.Duration))); break;
            case Intrinsic.Name: values.Add(Static.Of(span.Name)); break;
            case Intrinsic.Status: values.Add(Static.Status((int)(span.Status?.Code ?? Status.Types.StatusCode.Unset))); break;
            case Intrinsic.StatusMessage: values.Add(Static.Of(span.Status?.Message ?? "")); break;
            case Intrinsic.Kind: values.Add(Static.Kind((int)span.Kind)); break;
            case Intrinsic.RootName: values.Add(Static.Of(view.Trace.Root?.Span.Name ?? "")); break;
            case Intrinsic.RootServiceName: values.Add(Static.Of(view.Trace.Root?.ServiceName ?? "")); break;
            case Intrinsic.TraceDuration: values.Add(Static.Duration(unchecked((long)view.Trace.Duration))); break;
            case Intrinsic.TraceId: values.Add(Static.Of(view.Trace.Id.ToString())); break;
            case Intrinsic.NestedSetLeft: values.Add(Static.Of((long)view.Left)); break;
            case Intrinsic.NestedSetRight: values.Add(Static.Of((long)view.Right)); break;
            case Intrinsic.NestedSetParent: values.Add(Static.Of((long)view.ParentLeft)); break;
            case Intrinsic.SpanId: values.Add(Static.Of(Hex(span.SpanId))); break;
            case Intrinsic.SpanParentId: values.Add(Static.Of(span.ParentSpanId.IsEmpty ? "0000000000000000" : Hex(span.ParentSpanId))); break;
            case Intrinsic.EventName: values.AddRange(span.Events.Select(item => Static.Of(item.Name))); break;
            case Intrinsic.EventTimeSinceStart: values.AddRange(span.Events.Select(item => Static.Duration(unchecked((long)(item.TimeUnixNano - span.StartTimeUnixNano))))); break;
            case Intrinsic.LinkTraceId: values.AddRange(span.Links.Select(link => Static.Of(TraceId16.FromBytes(link.TraceId.Span).ToStrippedString()))); break;
            case Intrinsic.LinkSpanId: values.AddRange(span.Links.Select(link => Static.Of(Hex(link.SpanId)))); break;
            case Intrinsic.InstrumentationName: values.Add(Static.Of(view.Scope?.Name ?? "")); break;
            case Intrinsic.InstrumentationVersion: values.Add(Static.Of(view.Scope?.Version ?? "")); break;
        }
    }

    /// <summary>How tag values print a number.</summary>
    public static string Print(Static value) => value.Type is StaticType.Duration or StaticType.Status or StaticType.Kind
        ? value.Integer.ToString(CultureInfo.InvariantCulture)
        : value.Display;
}
