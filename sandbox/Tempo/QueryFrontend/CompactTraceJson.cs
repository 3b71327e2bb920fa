using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>A trace in few words, for language models: ids in hex, attributes as one map without types.</summary>
public static class CompactTraceJson
{
    private const string ServiceName = "service.name";

    public static void Write(Utf8JsonWriter json, TracesData trace, ulong inspectedBytes)
    {
        json.WriteStartObject();
        if (trace.ResourceSpans.Count > 0)
        {
            var first = trace.ResourceSpans[0].ScopeSpans.FirstOrDefault()?.Spans.FirstOrDefault();
            json.WriteStartObject("trace"u8);
            Id(json, "traceId"u8, first?.TraceId ?? ByteString.Empty);
            Array(json, "services"u8, trace.ResourceSpans, WriteService, always: true);
            json.WriteEndObject();
            if (inspectedBytes > 0)
            {
                json.WriteStartObject("metrics"u8);
                json.WriteNumber("inspectedBytes"u8, inspectedBytes);
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    }

    private static void WriteService(Utf8JsonWriter json, ResourceSpans batch)
    {
        var attributes = Flat(batch.Resource?.Attributes ?? []);
        json.WriteStartObject();
        if (attributes.Remove(ServiceName, out var service) && service is { ValueCase: AnyValue.ValueOneofCase.StringValue })
        {
            Text(json, "serviceName"u8, service.StringValue);
        }

        if (attributes.Count > 0)
        {
            json.WritePropertyName("resource"u8);
            WriteMap(json, attributes);
        }

        Array(json, "scopes"u8, batch.ScopeSpans, WriteScope);
        json.WriteEndObject();
    }

    private static void WriteScope(Utf8JsonWriter json, ScopeSpans scope)
    {
        json.WriteStartObject();
        Text(json, "name"u8, scope.Scope?.Name ?? "");
        Text(json, "version"u8, scope.Scope?.Version ?? "");
        Array(json, "spans"u8, scope.Spans, WriteSpan);
        json.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter json, Span span)
    {
        json.WriteStartObject();
        Id(json, "spanId"u8, span.SpanId);
        json.WriteString("name"u8, span.Name);
        if (!span.ParentSpanId.IsEmpty)
        {
            Id(json, "parentSpanId"u8, span.ParentSpanId);
        }

        if (span.Kind != Span.Types.SpanKind.Unspecified)
        {
            json.WriteString("kind"u8, TraceJson.KindName(span.Kind) ?? $"{(int)span.Kind}");
        }

        Time(json, "startTimeUnixNano"u8, span.StartTimeUnixNano);
        Time(json, "endTimeUnixNano"u8, span.EndTimeUnixNano);
        var duration = unchecked(span.EndTimeUnixNano - span.StartTimeUnixNano);
        if (duration > 0 && span.StartTimeUnixNano > 0 && span.EndTimeUnixNano > 0)
        {
            json.WriteNumber("durationMs"u8, duration / 1_000_000.0);
        }

        Attributes(json, span.Attributes);
        Array(json, "events"u8, span.Events, WriteEvent);
        Array(json, "links"u8, span.Links, WriteLink);
        var isSet = span.Status is { } status && status.Code != Status.Types.StatusCode.Unset;
        json.WriteStartObject("status"u8);
        json.WriteString("code"u8, isSet ? TraceJson.CodeName(span.Status!.Code) ?? $"{(int)span.Status.Code}" : "STATUS_CODE_UNSET");
        json.WriteString("message"u8, isSet ? span.Status!.Message : "");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, Span.Types.Event item)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, item.Name);
        Time(json, "timeUnixNano"u8, item.TimeUnixNano);
        Attributes(json, item.Attributes);
        json.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter json, Span.Types.Link link)
    {
        json.WriteStartObject();
        Id(json, "traceId"u8, link.TraceId);
        Id(json, "spanId"u8, link.SpanId);
        Attributes(json, link.Attributes);
        json.WriteEndObject();
    }

    private static void Attributes(Utf8JsonWriter json, RepeatedField<KeyValue> attributes)
    {
        if (attributes.Count > 0)
        {
            json.WritePropertyName("attributes"u8);
            WriteMap(json, Flat(attributes));
        }
    }

    // Of a key that is there twice the last value counts.
    private static SortedDictionary<string, AnyValue> Flat(IEnumerable<KeyValue> attributes)
    {
        var map = new SortedDictionary<string, AnyValue>(StringComparer.Ordinal);
        foreach (var attribute in attributes)
        {
            if (attribute.Value is not null)
            {
                map[attribute.Key] = attribute.Value;
            }
        }

        return map;
    }

    private static void WriteMap(Utf8JsonWriter json, SortedDictionary<string, AnyValue> map)
    {
        json.WriteStartObject();
        foreach (var (key, value) in map)
        {
            json.WritePropertyName(key);
            WriteValue(json, value);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, AnyValue value)
    {
        switch (value.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue: json.WriteStringValue(value.StringValue); break;
            case AnyValue.ValueOneofCase.BoolValue: json.WriteBooleanValue(value.BoolValue); break;
            case AnyValue.ValueOneofCase.IntValue: json.WriteNumberValue(value.IntValue); break;
            case AnyValue.ValueOneofCase.DoubleValue when double.IsFinite(value.DoubleValue): json.WriteNumberValue(value.DoubleValue); break;
            case AnyValue.ValueOneofCase.DoubleValue: json.WriteStringValue($"{value.DoubleValue}"); break;
            case AnyValue.ValueOneofCase.BytesValue: json.WriteStringValue(Convert.ToHexStringLower(value.BytesValue.Span)); break;
            case AnyValue.ValueOneofCase.KvlistValue: WriteMap(json, Flat(value.KvlistValue.Values)); break;
            case AnyValue.ValueOneofCase.ArrayValue:
                json.WriteStartArray();
                foreach (var item in value.ArrayValue.Values)
                {
                    WriteValue(json, item);
                }

                json.WriteEndArray();
                break;
            default: json.WriteNullValue(); break;
        }
    }

    private static void Array<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, RepeatedField<T> items, Action<Utf8JsonWriter, T> write, bool always = false)
    {
        if (items.Count > 0 || always)
        {
            json.WriteStartArray(name);
            foreach (var item in items)
            {
                write(json, item);
            }

            json.WriteEndArray();
        }
    }

    private static void Id(Utf8JsonWriter json, ReadOnlySpan<byte> name, ByteString id) => json.WriteString(name, Convert.ToHexStringLower(id.Span));

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static void Time(Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong value)
    {
        if (value > 0)
        {
            TraceJson.WriteQuoted(json, name, value);
        }
    }
}
