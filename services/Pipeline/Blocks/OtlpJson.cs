using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using TempoCos.Otlp;

namespace TempoCos.Pipeline.Blocks;

/// <summary>
/// Traces in OTLP's JSON: lowerCamel names, ids in hexadecimal, enums as numbers, 64-bit integers as strings, empty fields left out.
/// </summary>
internal static class OtlpJson
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>An ExportTraceServiceRequest (or TracesData) on one line.</summary>
    public static byte[] Serialize(TracesData trace, bool indented = false)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Compact with { Indented = indented }))
        {
            json.WriteStartObject();
            Array(json, "resourceSpans", trace.ResourceSpans, WriteResourceSpans);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteResourceSpans(Utf8JsonWriter json, ResourceSpans spans)
    {
        json.WriteStartObject();
        json.WriteStartObject("resource");
        Array(json, "attributes", spans.Resource?.Attributes ?? [], WriteKeyValue);
        Count(json, "droppedAttributesCount", spans.Resource?.DroppedAttributesCount ?? 0);
        json.WriteEndObject();
        Array(json, "scopeSpans", spans.ScopeSpans, WriteScopeSpans);
        Text(json, "schemaUrl", spans.SchemaUrl);
        json.WriteEndObject();
    }

    private static void WriteScopeSpans(Utf8JsonWriter json, ScopeSpans spans)
    {
        json.WriteStartObject();
        json.WriteStartObject("scope");
        Text(json, "name", spans.Scope?.Name ?? "");
        Text(json, "version", spans.Scope?.Version ?? "");
        Array(json, "attributes", spans.Scope?.Attributes ?? [], WriteKeyValue);
        Count(json, "droppedAttributesCount", spans.Scope?.DroppedAttributesCount ?? 0);
        json.WriteEndObject();
        Array(json, "spans", spans.Spans, WriteSpan);
        Text(json, "schemaUrl", spans.SchemaUrl);
        json.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter json, Span span)
    {
        json.WriteStartObject();
        Id(json, "traceId", span.TraceId);
        Id(json, "spanId", span.SpanId);
        Text(json, "traceState", span.TraceState);
        Id(json, "parentSpanId", span.ParentSpanId);
        Count(json, "flags", span.Flags);
        Text(json, "name", span.Name);
        Enumeration(json, "kind", (int)span.Kind);
        json.WriteString("startTimeUnixNano", $"{span.StartTimeUnixNano}");
        json.WriteString("endTimeUnixNano", $"{span.EndTimeUnixNano}");
        Array(json, "attributes", span.Attributes, WriteKeyValue);
        Count(json, "droppedAttributesCount", span.DroppedAttributesCount);
        Array(json, "events", span.Events, WriteEvent);
        Count(json, "droppedEventsCount", span.DroppedEventsCount);
        Array(json, "links", span.Links, WriteLink);
        Count(json, "droppedLinksCount", span.DroppedLinksCount);
        json.WriteStartObject("status");
        Text(json, "message", span.Status?.Message ?? "");
        Enumeration(json, "code", (int)(span.Status?.Code ?? 0));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, Span.Types.Event item)
    {
        json.WriteStartObject();
        json.WriteString("timeUnixNano", $"{item.TimeUnixNano}");
        Text(json, "name", item.Name);
        Array(json, "attributes", item.Attributes, WriteKeyValue);
        Count(json, "droppedAttributesCount", item.DroppedAttributesCount);
        json.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter json, Span.Types.Link link)
    {
        json.WriteStartObject();
        Id(json, "traceId", link.TraceId);
        Id(json, "spanId", link.SpanId);
        Text(json, "traceState", link.TraceState);
        Array(json, "attributes", link.Attributes, WriteKeyValue);
        Count(json, "droppedAttributesCount", link.DroppedAttributesCount);
        Count(json, "flags", link.Flags);
        json.WriteEndObject();
    }

    private static void WriteKeyValue(Utf8JsonWriter json, KeyValue pair)
    {
        json.WriteStartObject();
        json.WriteString("key", pair.Key);
        json.WritePropertyName("value");
        WriteValue(json, pair.Value);
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, AnyValue? value)
    {
        json.WriteStartObject();
        switch (value?.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue: json.WriteString("stringValue", value.StringValue); break;
            case AnyValue.ValueOneofCase.BoolValue: json.WriteBoolean("boolValue", value.BoolValue); break;
            case AnyValue.ValueOneofCase.IntValue: json.WriteString("intValue", value.IntValue.ToString(CultureInfo.InvariantCulture)); break;
            case AnyValue.ValueOneofCase.DoubleValue when double.IsFinite(value.DoubleValue): json.WriteNumber("doubleValue", value.DoubleValue); break;
            case AnyValue.ValueOneofCase.DoubleValue: json.WriteString("doubleValue", double.IsNaN(value.DoubleValue) ? "NaN" : value.DoubleValue > 0 ? "Infinity" : "-Infinity"); break;
            case AnyValue.ValueOneofCase.BytesValue: json.WriteBase64String("bytesValue", value.BytesValue.Span); break;
            case AnyValue.ValueOneofCase.ArrayValue:
                json.WriteStartObject("arrayValue");
                Array(json, "values", value.ArrayValue.Values, WriteValue);
                json.WriteEndObject();
                break;
            case AnyValue.ValueOneofCase.KvlistValue:
                json.WriteStartObject("kvlistValue");
                Array(json, "values", value.KvlistValue.Values, WriteKeyValue);
                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }

    private static void Array<T>(Utf8JsonWriter json, string name, IReadOnlyCollection<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }

    private static void Id(Utf8JsonWriter json, string name, ByteString id)
    {
        if (id.Length > 0)
        {
            json.WriteString(name, Convert.ToHexStringLower(id.Span));
        }
    }

    private static void Text(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static void Count(Utf8JsonWriter json, string name, uint value)
    {
        if (value > 0)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Enumeration(Utf8JsonWriter json, string name, int value)
    {
        if (value != 0)
        {
            json.WriteNumber(name, value);
        }
    }
}
