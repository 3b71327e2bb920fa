using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;
using Kind = TempoCos.Otlp.Span.Types.SpanKind;

namespace TempoCos.Tempo.Jaeger;

/// <summary>An OTLP trace in Jaeger's own JSON: processes apart, times in microseconds, everything else tags.</summary>
public static class JaegerTraceJson
{
    private const long LargestSafeInteger = (1L << 53) - 1;

    public static void Write(Utf8JsonWriter json, TracesData trace)
    {
        var processes = new List<(string Id, Resource? Resource)>();
        json.WriteStartObject();
        var first = trace.ResourceSpans.SelectMany(batch => batch.ScopeSpans).SelectMany(scope => scope.Spans).FirstOrDefault();
        json.WriteString("traceID", first is null ? "" : TraceId(first.TraceId));
        json.WriteStartArray("spans");
        foreach (var batch in trace.ResourceSpans)
        {
            var process = Process(processes, batch.Resource);
            foreach (var scope in batch.ScopeSpans)
            {
                foreach (var span in scope.Spans)
                {
                    WriteSpan(json, span, scope.Scope, process);
                }
            }
        }

        json.WriteEndArray();
        json.WriteStartObject("processes");
        foreach (var (id, resource) in processes)
        {
            json.WriteStartObject(id);
            json.WriteString("serviceName", Service(resource));
            json.WriteStartArray("tags");
            WriteTags(json, resource?.Attributes.Where(attribute => attribute.Key != "service.name") ?? []);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteNull("warnings");
        json.WriteEndObject();
    }

    private static string Process(List<(string Id, Resource? Resource)> processes, Resource? resource)
    {
        var known = processes.FindIndex(process => Equals(process.Resource, resource));
        if (known < 0)
        {
            known = processes.Count;
            processes.Add(($"p{known + 1}", resource));
        }

        return processes[known].Id;
    }

    private static string Service(Resource? resource) =>
        resource is null or { Attributes.Count: 0 } ? "OTLPResourceNoServiceName"
        : resource.Attributes.FirstOrDefault(attribute => attribute.Key == "service.name")?.Value?.StringValue is { Length: > 0 } name ? name : "OTLPResourceNoServiceName";

    private static void WriteSpan(Utf8JsonWriter json, Span span, InstrumentationScope? scope, string process)
    {
        json.WriteStartObject();
        json.WriteString("traceID", TraceId(span.TraceId));
        json.WriteString("spanID", Hex(span.SpanId));
        if (span.Flags > 0)
        {
            json.WriteNumber("flags", span.Flags & 0xff);
        }

        json.WriteString("operationName", span.Name);
        WriteReferences(json, span);
        json.WriteNumber("startTime", span.StartTimeUnixNano / 1000);
        json.WriteNumber("duration", span.EndTimeUnixNano > span.StartTimeUnixNano ? (span.EndTimeUnixNano - span.StartTimeUnixNano) / 1000 : 0);
        json.WriteStartArray("tags");
        WriteTag(json, "otel.scope.name", scope?.Name ?? "");
        WriteTag(json, "otel.scope.version", scope?.Version ?? "");
        WriteTags(json, span.Attributes);
        WriteTag(json, "span.kind", span.Kind is Kind.Unspecified ? "" : span.Kind.ToString().ToLowerInvariant());
        WriteStatus(json, span.Status);
        WriteTag(json, "w3c.tracestate", span.TraceState);
        json.WriteEndArray();
        WriteLogs(json, span);
        json.WriteString("processID", process);
        json.WriteNull("warnings");
        json.WriteEndObject();
    }

    private static void WriteReferences(Utf8JsonWriter json, Span span)
    {
        json.WriteStartArray("references");
        if (!span.ParentSpanId.IsEmpty)
        {
            Reference("CHILD_OF", span.TraceId, span.ParentSpanId);
        }

        foreach (var link in span.Links)
        {
            var child = link.Attributes.Any(attribute => attribute.Key == "opentracing.ref_type" && attribute.Value?.StringValue == "child_of");
            Reference(child ? "CHILD_OF" : "FOLLOWS_FROM", link.TraceId, link.SpanId);
        }

        json.WriteEndArray();

        void Reference(string type, ByteString trace, ByteString id)
        {
            json.WriteStartObject();
            json.WriteString("refType", type);
            json.WriteString("traceID", TraceId(trace));
            json.WriteString("spanID", Hex(id));
            json.WriteEndObject();
        }
    }

    private static void WriteStatus(Utf8JsonWriter json, Status? status)
    {
        switch (status?.Code)
        {
            case Status.Types.StatusCode.Ok:
                WriteTag(json, "otel.status_code", "OK");
                break;
            case Status.Types.StatusCode.Error:
                WriteTag(json, "otel.status_code", "ERROR");
                WriteTag(json, new KeyValue { Key = "error", Value = new() { BoolValue = true } });
                break;
        }

        WriteTag(json, "otel.status_description", status?.Message ?? "");
    }

    private static void WriteLogs(Utf8JsonWriter json, Span span)
    {
        json.WriteStartArray("logs");
        foreach (var item in span.Events)
        {
            json.WriteStartObject();
            json.WriteNumber("timestamp", item.TimeUnixNano / 1000);
            json.WriteStartArray("fields");
            if (item.Attributes.All(attribute => attribute.Key != "event"))
            {
                WriteTag(json, "event", item.Name);
            }

            WriteTags(json, item.Attributes);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTags(Utf8JsonWriter json, IEnumerable<KeyValue> attributes)
    {
        foreach (var attribute in attributes)
        {
            WriteTag(json, attribute);
        }
    }

    private static void WriteTag(Utf8JsonWriter json, string key, string value)
    {
        if (value.Length > 0)
        {
            WriteTag(json, new KeyValue { Key = key, Value = new() { StringValue = value } });
        }
    }

    private static void WriteTag(Utf8JsonWriter json, KeyValue attribute)
    {
        var value = attribute.Value ?? new();
        json.WriteStartObject();
        json.WriteString("key", attribute.Key);
        switch (value.ValueCase)
        {
            case AnyValue.ValueOneofCase.BoolValue:
                json.WriteString("type", "bool");
                json.WriteBoolean("value", value.BoolValue);
                break;
            case AnyValue.ValueOneofCase.IntValue:
                json.WriteString("type", "int64");
                if (Math.Abs((decimal)value.IntValue) > LargestSafeInteger)
                {
                    json.WriteString("value", value.IntValue.ToString(CultureInfo.InvariantCulture));
                }
                else
                {
                    json.WriteNumber("value", value.IntValue);
                }

                break;
            case AnyValue.ValueOneofCase.DoubleValue when double.IsFinite(value.DoubleValue):
                json.WriteString("type", "float64");
                json.WriteNumber("value", value.DoubleValue);
                break;
            case AnyValue.ValueOneofCase.BytesValue:
                json.WriteString("type", "binary");
                json.WriteString("value", value.BytesValue.ToBase64());
                break;
            default:
                json.WriteString("type", "string");
                json.WriteString("value", Text(value));
                break;
        }

        json.WriteEndObject();
    }

    private static string Text(AnyValue value)
    {
        if (value.ValueCase is not (AnyValue.ValueOneofCase.ArrayValue or AnyValue.ValueOneofCase.KvlistValue))
        {
            return value.ValueCase == AnyValue.ValueOneofCase.DoubleValue ? value.DoubleValue.ToString(CultureInfo.InvariantCulture) : value.StringValue;
        }

        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, TraceJson.WriterOptions))
        {
            WritePlain(json, value);
        }

        return Encoding.UTF8.GetString(body.ToArray());
    }

    private static void WritePlain(Utf8JsonWriter json, AnyValue value)
    {
        switch (value.ValueCase)
        {
            case AnyValue.ValueOneofCase.ArrayValue:
                json.WriteStartArray();
                foreach (var element in value.ArrayValue.Values)
                {
                    WritePlain(json, element);
                }

                json.WriteEndArray();
                break;
            case AnyValue.ValueOneofCase.KvlistValue:
                json.WriteStartObject();
                foreach (var pair in value.KvlistValue.Values)
                {
                    json.WritePropertyName(pair.Key);
                    WritePlain(json, pair.Value ?? new());
                }

                json.WriteEndObject();
                break;
            case AnyValue.ValueOneofCase.IntValue: json.WriteNumberValue(value.IntValue); break;
            case AnyValue.ValueOneofCase.DoubleValue when double.IsFinite(value.DoubleValue): json.WriteNumberValue(value.DoubleValue); break;
            case AnyValue.ValueOneofCase.BoolValue: json.WriteBooleanValue(value.BoolValue); break;
            case AnyValue.ValueOneofCase.BytesValue: json.WriteStringValue(value.BytesValue.ToBase64()); break;
            case AnyValue.ValueOneofCase.None: json.WriteNullValue(); break;
            default: json.WriteStringValue(value.ValueCase == AnyValue.ValueOneofCase.StringValue ? value.StringValue : value.DoubleValue.ToString(CultureInfo.InvariantCulture)); break;
        }
    }

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    // The high half is left out when it is zero.
    private static string TraceId(ByteString bytes)
    {
        var hex = Hex(bytes);
        return hex.Length == 32 && hex.StartsWith("0000000000000000", StringComparison.Ordinal) ? hex[16..] : hex;
    }
}
