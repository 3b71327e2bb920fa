using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using TempoCos.Otlp;

namespace TempoCos.Tempo.Distributor;

/// <summary>
/// OTLP's JSON: like protobuf's, but ids are hexadecimal. Read as leniently as the collector does: unknown fields, snake_case names,
/// numbers as strings, enums by name or number.
/// </summary>
public static class OtlpJsonReader
{
    public static ExportTraceServiceRequest Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 200 });
        var request = new ExportTraceServiceRequest();
        Object(document.RootElement, (name, value) =>
        {
            if (name == "resourcespans")
            {
                request.ResourceSpans.Add(Array(value, ReadBatch));
            }
        });
        return request;
    }

    private static ResourceSpans ReadBatch(JsonElement json)
    {
        var batch = new ResourceSpans();
        Object(json, (name, value) =>
        {
            switch (name)
            {
                case "resource": batch.Resource = ReadResource(value); break;
                case "scopespans": batch.ScopeSpans.Add(Array(value, ReadScopeSpans)); break;
                case "schemaurl": batch.SchemaUrl = Text(value); break;
            }
        });
        return batch;
    }

    private static Resource ReadResource(JsonElement json)
    {
        var resource = new Resource();
        Object(json, (name, value) =>
        {
            switch (name)
            {
                case "attributes": resource.Attributes.Add(Array(value, ReadKeyValue)); break;
                case "droppedattributescount": resource.DroppedAttributesCount = (uint)Unsigned(value); break;
            }
        });
        return resource;
    }

    private static ScopeSpans ReadScopeSpans(JsonElement json)
    {
        var scope = new ScopeSpans();
        Object(json, (name, value) =>
        {
            switch (name)
            {
                case "scope": scope.Scope = ReadScope(value); break;
                case "spans": scope.Spans.Add(Array(value, ReadSpan)); break;
                case "schemaurl": scope.SchemaUrl = Text(value); break;
            }
        });
        return scope;
    }

    private static InstrumentationScope ReadScope(JsonElement json)
    {
        var scope = new InstrumentationScope();
        Object(json, (name, value) =>
        {
            switch (name)
            {
                case "name": scope.Name = Text(value); break;
                case "version": scope.Version = Text(value); break;
                case "attributes": scope.Attributes.Add(Array(value, ReadKeyValue)); break;
                case "droppedattributescount": scope.DroppedAttributesCount = (uint)Unsigned(value); break;
            }
        });
        return scope;
    }

    private static Span ReadSpan(JsonElement json)
    {
        var span = new Span();
        Object(json, (name, value) =>
        {
            switch (name)
            {
                case "traceid": span.TraceId = Hex(value, 16); break;
                case "spanid": span.SpanId = Hex(value, 8); break;
                case "parentspanid": span.ParentSpanId = Hex(value, 8); break;
                case "tracestate": span.TraceState = Text(value); break;
                case "name": span.Name = Text(value); break;
                case "kind": span.Kind = (Span.Types.SpanKind)Enumeration(value, "SPAN_KIND_", typeof(Span.Types.SpanKind)); break;
                case "starttimeunixnano": span.StartTimeUnixNano = Unsigned(value); break;
                case "endtimeunixnano": span.EndTimeUnixNano = Unsigned(value); break;
                case "attributes": span.Attributes.Add(Array(value, ReadKeyValue)); break;
                case "droppedattributescount": span.DroppedAttributesCount = (uint)Unsigned(value); break;
                case "events": span.Events.Add(Array(value, ReadEvent)); break;
                case "droppedeventscount": span.DroppedEventsCount = (uint)Unsigned(value); break;
                case "links": span.Links.Add(Array(value, ReadLink)); break;
                case "droppedlinkscount": span.DroppedLinksCount = (uint)Unsigned(value); break;
                case "flags": span.Flags = (uint)Unsigned(value); break;
                case "status": span.Status = ReadStatus(value); break;
            }
        });
        return span;
    }

    private static Span.Types.Event ReadEvent(JsonElement json)
    {
        var item = new Span.Types.Event();
        Object(json, (name, value) =>
        {
            switch (name)
            {
                case "timeunixnano": item.TimeUnixNano = Unsigned(value); break;
                case "name": item.Name = Text(value); break;
                case "attributes": item.Attributes.Add(Array(value, ReadKeyValue)); break;
                case "droppedattributescount": item.DroppedAttributesCount = (uint)Unsigned(value); break;
            }
        });
        return item;
    }

    private static Span.Types.Link ReadLink(JsonElement json)
    {
        var link = new Span.Types.Link();
        Object(json, (name, value) =>
        {
            switch (name)
            {
                case "traceid": link.TraceId = Hex(value, 16); break;
                case "spanid": link.SpanId = Hex(value, 8); break;
                case "tracestate": link.TraceState = Text(value); break;
                case "attributes": link.Attributes.Add(Array(value, ReadKeyValue)); break;
                case "droppedattributescount": link.DroppedAttributesCount = (uint)Unsigned(value); break;
                case "flags": link.Flags = (uint)Unsigned(value); break;
            }
        });
        return link;
    }

    private static Status ReadStatus(JsonElement json)
    {
        var status = new Status();
        Object(json, (name, value) =>
        {
            switch (name)
            {
                case "message": status.Message = Text(value); break;
                case "code": status.Code = (Status.Types.StatusCode)Enumeration(value, "STATUS_CODE_", typeof(Status.Types.StatusCode)); break;
            }
        });
        return status;
    }

    private static KeyValue ReadKeyValue(JsonElement json)
    {
        var pair = new KeyValue { Value = new AnyValue() };
        Object(json, (name, value) =>
        {
            switch (name)
            {
                case "key": pair.Key = Text(value); break;
                case "value": pair.Value = ReadAnyValue(value); break;
            }
        });
        return pair;
    }

    private static AnyValue ReadAnyValue(JsonElement json)
    {
        var any = new AnyValue();
        Object(json, (name, value) =>
        {
            switch (name)
            {
                case "stringvalue": any.StringValue = Text(value); break;
                case "boolvalue": any.BoolValue = value.ValueKind == JsonValueKind.String ? bool.Parse(Text(value)) : value.GetBoolean(); break;
                case "intvalue": any.IntValue = Signed(value); break;
                case "doublevalue": any.DoubleValue = Double(value); break;
                case "arrayvalue": any.ArrayValue = new(); Object(value, (key, inner) => { if (key == "values") { any.ArrayValue.Values.Add(Array(inner, ReadAnyValue)); } }); break;
                case "kvlistvalue": any.KvlistValue = new(); Object(value, (key, inner) => { if (key == "values") { any.KvlistValue.Values.Add(Array(inner, ReadKeyValue)); } }); break;
                case "bytesvalue": any.BytesValue = ByteString.FromBase64(Text(value)); break;
            }
        });
        return any;
    }

    private static void Object(JsonElement json, Action<string, JsonElement> field)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"expect an object, but found {json.ValueKind}");
        }

        foreach (var property in json.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null)
            {
                field(property.Name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant(), property.Value);
            }
        }
    }

    private static IEnumerable<T> Array<T>(JsonElement json, Func<JsonElement, T> read) =>
        json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Select(read)] : throw new FormatException($"expect an array, but found {json.ValueKind}");

    private static string Text(JsonElement json) =>
        json.ValueKind == JsonValueKind.String ? json.GetString()! : throw new FormatException($"expect a string, but found {json.ValueKind}");

    private static ByteString Hex(JsonElement json, int length)
    {
        var text = Text(json);
        return text.Length == 0 ? ByteString.Empty
            : text.Length != length * 2 ? throw new FormatException("ID.UnmarshalJSONIter: length mismatch")
            : UnsafeByteOperations.UnsafeWrap(Convert.FromHexString(text));
    }

    private static string Number(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Number => json.GetRawText(),
        _ => throw new FormatException($"expect a number, but found {json.ValueKind}"),
    };

    private static ulong Unsigned(JsonElement json) => ulong.Parse(Number(json), NumberStyles.None, CultureInfo.InvariantCulture);

    private static long Signed(JsonElement json) => long.Parse(Number(json), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static double Double(JsonElement json) => Number(json) switch
    {
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        "NaN" => double.NaN,
        var text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static int Enumeration(JsonElement json, string prefix, Type type) =>
        json.ValueKind == JsonValueKind.String && Text(json) is var text && text.StartsWith(prefix, StringComparison.Ordinal)
            ? Enum.TryParse(type, text[prefix.Length..].Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value) ? (int)value : 0
            : (int)Signed(json);
}
