using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Otlp;

namespace TempoCos.Tempo.Http;

/// <summary>
/// Traces as Tempo's own JSON: protobuf's mapping with ids in base64, 64-bit numbers as strings, enums by name and empty fields left
/// out, except the set member of a value.
/// </summary>
public static class TraceJson
{
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void WriteBatches(Utf8JsonWriter json, string name, IEnumerable<ResourceSpans> batches) => Array(json, name, batches, WriteBatch);

    public static void WriteAttributes(Utf8JsonWriter json, RepeatedField<KeyValue> attributes) => Array(json, "attributes", attributes, WriteKeyValue);

    private static void WriteBatch(Utf8JsonWriter json, ResourceSpans batch)
    {
        json.WriteStartObject();
        if (batch.Resource is { } resource)
        {
            json.WriteStartObject("resource");
            WriteAttributes(json, resource.Attributes);
            Count(json, "droppedAttributesCount", resource.DroppedAttributesCount);
            json.WriteEndObject();
        }

        Array(json, "scopeSpans", batch.ScopeSpans, WriteScopeSpans);
        Text(json, "schemaUrl", batch.SchemaUrl);
        json.WriteEndObject();
    }

    private static void WriteScopeSpans(Utf8JsonWriter json, ScopeSpans scopeSpans)
    {
        json.WriteStartObject();
        if (scopeSpans.Scope is { } scope)
        {
            json.WriteStartObject("scope");
            Text(json, "name", scope.Name);
            Text(json, "version", scope.Version);
            WriteAttributes(json, scope.Attributes);
            Count(json, "droppedAttributesCount", scope.DroppedAttributesCount);
            json.WriteEndObject();
        }

        Array(json, "spans", scopeSpans.Spans, WriteSpan);
        Text(json, "schemaUrl", scopeSpans.SchemaUrl);
        json.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter json, Span span)
    {
        json.WriteStartObject();
        Bytes(json, "traceId", span.TraceId);
        Bytes(json, "spanId", span.SpanId);
        Text(json, "traceState", span.TraceState);
        Bytes(json, "parentSpanId", span.ParentSpanId);
        Count(json, "flags", span.Flags);
        Text(json, "name", span.Name);
        if (span.Kind != Span.Types.SpanKind.Unspecified)
        {
            if (Enum.IsDefined(span.Kind))
            {
                json.WriteString("kind", "SPAN_KIND_" + span.Kind.ToString().ToUpperInvariant());
            }
            else
            {
                json.WriteNumber("kind", (int)span.Kind);
            }
        }

        Time(json, "startTimeUnixNano", span.StartTimeUnixNano);
        Time(json, "endTimeUnixNano", span.EndTimeUnixNano);
        WriteAttributes(json, span.Attributes);
        Count(json, "droppedAttributesCount", span.DroppedAttributesCount);
        Array(json, "events", span.Events, WriteEvent);
        Count(json, "droppedEventsCount", span.DroppedEventsCount);
        Array(json, "links", span.Links, WriteLink);
        Count(json, "droppedLinksCount", span.DroppedLinksCount);
        if (span.Status is { } status)
        {
            json.WriteStartObject("status");
            Text(json, "message", status.Message);
            if (status.Code != Status.Types.StatusCode.Unset)
            {
                json.WriteString("code", "STATUS_CODE_" + status.Code.ToString().ToUpperInvariant());
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, Span.Types.Event item)
    {
        json.WriteStartObject();
        Time(json, "timeUnixNano", item.TimeUnixNano);
        Text(json, "name", item.Name);
        WriteAttributes(json, item.Attributes);
        Count(json, "droppedAttributesCount", item.DroppedAttributesCount);
        json.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter json, Span.Types.Link link)
    {
        json.WriteStartObject();
        Bytes(json, "traceId", link.TraceId);
        Bytes(json, "spanId", link.SpanId);
        Text(json, "traceState", link.TraceState);
        WriteAttributes(json, link.Attributes);
        Count(json, "droppedAttributesCount", link.DroppedAttributesCount);
        Count(json, "flags", link.Flags);
        json.WriteEndObject();
    }

    private static void WriteKeyValue(Utf8JsonWriter json, KeyValue pair)
    {
        json.WriteStartObject();
        Text(json, "key", pair.Key);
        if (pair.Value is not null)
        {
            json.WritePropertyName("value");
            WriteValue(json, pair.Value);
        }

        json.WriteEndObject();
    }

    public static void WriteValue(Utf8JsonWriter json, AnyValue value)
    {
        json.WriteStartObject();
        switch (value.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue: json.WriteString("stringValue", value.StringValue); break;
            case AnyValue.ValueOneofCase.BoolValue: json.WriteBoolean("boolValue", value.BoolValue); break;
            case AnyValue.ValueOneofCase.IntValue: json.WriteString("intValue", $"{value.IntValue}"); break;
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

    private static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        var any = false;
        foreach (var item in items)
        {
            if (!any)
            {
                json.WriteStartArray(name);
                any = true;
            }

            write(json, item);
        }

        if (any)
        {
            json.WriteEndArray();
        }
    }

    private static void Text(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static void Bytes(Utf8JsonWriter json, string name, ByteString value)
    {
        if (value.Length > 0)
        {
            json.WriteBase64String(name, value.Span);
        }
    }

    private static void Count(Utf8JsonWriter json, string name, uint value)
    {
        if (value > 0)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Time(Utf8JsonWriter json, string name, ulong value)
    {
        if (value > 0)
        {
            json.WriteString(name, $"{value}");
        }
    }
}
