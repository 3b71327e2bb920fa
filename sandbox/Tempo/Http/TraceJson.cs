using System.Globalization;
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

    public static void WriteBatches(Utf8JsonWriter json, ReadOnlySpan<byte> name, RepeatedField<ResourceSpans> batches) => Array(json, name, batches, WriteBatch);

    public static void WriteAttributes(Utf8JsonWriter json, RepeatedField<KeyValue> attributes) => Array(json, "attributes"u8, attributes, WriteKeyValue);

    /// <summary>OTLP's name of a kind; null for a number that has none.</summary>
    public static string? KindName(Span.Types.SpanKind kind) => kind switch
    {
        Span.Types.SpanKind.Unspecified => "SPAN_KIND_UNSPECIFIED",
        Span.Types.SpanKind.Internal => "SPAN_KIND_INTERNAL",
        Span.Types.SpanKind.Server => "SPAN_KIND_SERVER",
        Span.Types.SpanKind.Client => "SPAN_KIND_CLIENT",
        Span.Types.SpanKind.Producer => "SPAN_KIND_PRODUCER",
        Span.Types.SpanKind.Consumer => "SPAN_KIND_CONSUMER",
        _ => null,
    };

    /// <summary>OTLP's name of a status; null for a number that has none.</summary>
    public static string? CodeName(Status.Types.StatusCode code) => code switch
    {
        Status.Types.StatusCode.Unset => "STATUS_CODE_UNSET",
        Status.Types.StatusCode.Ok => "STATUS_CODE_OK",
        Status.Types.StatusCode.Error => "STATUS_CODE_ERROR",
        _ => null,
    };

    private static void WriteBatch(Utf8JsonWriter json, ResourceSpans batch)
    {
        json.WriteStartObject();
        if (batch.Resource is { } resource)
        {
            json.WriteStartObject("resource"u8);
            WriteAttributes(json, resource.Attributes);
            Count(json, "droppedAttributesCount"u8, resource.DroppedAttributesCount);
            json.WriteEndObject();
        }

        Array(json, "scopeSpans"u8, batch.ScopeSpans, WriteScopeSpans);
        Text(json, "schemaUrl"u8, batch.SchemaUrl);
        json.WriteEndObject();
    }

    private static void WriteScopeSpans(Utf8JsonWriter json, ScopeSpans scopeSpans)
    {
        json.WriteStartObject();
        if (scopeSpans.Scope is { } scope)
        {
            json.WriteStartObject("scope"u8);
            Text(json, "name"u8, scope.Name);
            Text(json, "version"u8, scope.Version);
            WriteAttributes(json, scope.Attributes);
            Count(json, "droppedAttributesCount"u8, scope.DroppedAttributesCount);
            json.WriteEndObject();
        }

        Array(json, "spans"u8, scopeSpans.Spans, WriteSpan);
        Text(json, "schemaUrl"u8, scopeSpans.SchemaUrl);
        json.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter json, Span span)
    {
        json.WriteStartObject();
        Bytes(json, "traceId"u8, span.TraceId);
        Bytes(json, "spanId"u8, span.SpanId);
        Text(json, "traceState"u8, span.TraceState);
        Bytes(json, "parentSpanId"u8, span.ParentSpanId);
        Count(json, "flags"u8, span.Flags);
        Text(json, "name"u8, span.Name);
        if (span.Kind != Span.Types.SpanKind.Unspecified)
        {
            if (KindName(span.Kind) is { } kind)
            {
                json.WriteString("kind"u8, kind);
            }
            else
            {
                json.WriteNumber("kind"u8, (int)span.Kind);
            }
        }

        Time(json, "startTimeUnixNano"u8, span.StartTimeUnixNano);
        Time(json, "endTimeUnixNano"u8, span.EndTimeUnixNano);
        WriteAttributes(json, span.Attributes);
        Count(json, "droppedAttributesCount"u8, span.DroppedAttributesCount);
        Array(json, "events"u8, span.Events, WriteEvent);
        Count(json, "droppedEventsCount"u8, span.DroppedEventsCount);
        Array(json, "links"u8, span.Links, WriteLink);
        Count(json, "droppedLinksCount"u8, span.DroppedLinksCount);
        if (span.Status is { } status)
        {
            json.WriteStartObject("status"u8);
            Text(json, "message"u8, status.Message);
            if (status.Code != Status.Types.StatusCode.Unset)
            {
                if (CodeName(status.Code) is { } code)
                {
                    json.WriteString("code"u8, code);
                }
                else
                {
                    json.WriteNumber("code"u8, (int)status.Code);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, Span.Types.Event item)
    {
        json.WriteStartObject();
        Time(json, "timeUnixNano"u8, item.TimeUnixNano);
        Text(json, "name"u8, item.Name);
        WriteAttributes(json, item.Attributes);
        Count(json, "droppedAttributesCount"u8, item.DroppedAttributesCount);
        json.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter json, Span.Types.Link link)
    {
        json.WriteStartObject();
        Bytes(json, "traceId"u8, link.TraceId);
        Bytes(json, "spanId"u8, link.SpanId);
        Text(json, "traceState"u8, link.TraceState);
        WriteAttributes(json, link.Attributes);
        Count(json, "droppedAttributesCount"u8, link.DroppedAttributesCount);
        Count(json, "flags"u8, link.Flags);
        json.WriteEndObject();
    }

    private static void WriteKeyValue(Utf8JsonWriter json, KeyValue pair)
    {
        json.WriteStartObject();
        Text(json, "key"u8, pair.Key);
        if (pair.Value is not null)
        {
            json.WritePropertyName("value"u8);
            WriteValue(json, pair.Value);
        }

        json.WriteEndObject();
    }

    public static void WriteValue(Utf8JsonWriter json, AnyValue value)
    {
        json.WriteStartObject();
        switch (value.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue: json.WriteString("stringValue"u8, value.StringValue); break;
            case AnyValue.ValueOneofCase.BoolValue: json.WriteBoolean("boolValue"u8, value.BoolValue); break;
            case AnyValue.ValueOneofCase.IntValue: WriteQuoted(json, "intValue"u8, value.IntValue); break;
            case AnyValue.ValueOneofCase.DoubleValue when double.IsFinite(value.DoubleValue): json.WriteNumber("doubleValue"u8, value.DoubleValue); break;
            case AnyValue.ValueOneofCase.DoubleValue: json.WriteString("doubleValue"u8, double.IsNaN(value.DoubleValue) ? "NaN" : value.DoubleValue > 0 ? "Infinity" : "-Infinity"); break;
            case AnyValue.ValueOneofCase.BytesValue: json.WriteBase64String("bytesValue"u8, value.BytesValue.Span); break;
            case AnyValue.ValueOneofCase.ArrayValue:
                json.WriteStartObject("arrayValue"u8);
                Array(json, "values"u8, value.ArrayValue.Values, WriteValue);
                json.WriteEndObject();
                break;
            case AnyValue.ValueOneofCase.KvlistValue:
                json.WriteStartObject("kvlistValue"u8);
                Array(json, "values"u8, value.KvlistValue.Values, WriteKeyValue);
                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }

    private static void Array<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, RepeatedField<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        for (var i = 0; i < items.Count; i++)
        {
            write(json, items[i]);
        }

        json.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static void Bytes(Utf8JsonWriter json, ReadOnlySpan<byte> name, ByteString value)
    {
        if (value.Length > 0)
        {
            json.WriteBase64String(name, value.Span);
        }
    }

    private static void Count(Utf8JsonWriter json, ReadOnlySpan<byte> name, uint value)
    {
        if (value > 0)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Time(Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong value)
    {
        if (value > 0)
        {
            WriteQuoted(json, name, value);
        }
    }

    /// <summary>A 64-bit number in quotes, as protobuf's JSON has it.</summary>
    public static void WriteQuoted<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, T value)
        where T : IUtf8SpanFormattable
    {
        Span<byte> digits = stackalloc byte[24];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        json.WriteString(name, digits[..length]);
    }
}
