using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using TempoCos.Otlp;

namespace TempoCos.TempoBlocks.Tests;

/// <summary>Reads OTLP/JSON (hexadecimal ids) as a distributor takes it: split by trace, long attributes cut.</summary>
internal static class OtlpJson
{
    private const int MaxAttributeBytes = 2048;
    private static readonly string[] Ids = ["traceId", "spanId", "parentSpanId"];

    /// <summary>The traces of the files' requests, in one part per resource of a request.</summary>
    public static SortedDictionary<TraceId16, TracesData> Read(params string[] files)
    {
        var traces = new SortedDictionary<TraceId16, TracesData>();
        foreach (var line in files.SelectMany(File.ReadLines).Where(l => l.Length > 0))
        {
            var json = JsonNode.Parse(line)!;
            HexToBase64(json);
            var request = JsonParser.Default.Parse<TracesData>(json.ToJsonString());
            foreach (var (id, part) in Split(request))
            {
                if (!traces.TryGetValue(id, out var trace))
                {
                    traces[id] = trace = new TracesData();
                }

                trace.ResourceSpans.AddRange(part.ResourceSpans);
            }
        }

        return traces;
    }

    private static Dictionary<TraceId16, TracesData> Split(TracesData request)
    {
        var parts = new Dictionary<TraceId16, TracesData>();
        foreach (var resource in request.ResourceSpans)
        {
            Truncate(resource.Resource?.Attributes);
            foreach (var scope in resource.ScopeSpans)
            {
                Truncate(scope.Scope?.Attributes);
                foreach (var spans in scope.Spans.GroupBy(s => TraceId16.FromBytes(s.TraceId.Span)))
                {
                    if (!parts.TryGetValue(spans.Key, out var part))
                    {
                        parts[spans.Key] = part = new TracesData();
                    }

                    var kept = new ScopeSpans { Scope = scope.Scope };
                    kept.Spans.AddRange(spans.Select(Prepare));
                    part.ResourceSpans.Add(new ResourceSpans { Resource = resource.Resource, ScopeSpans = { kept } });
                }
            }
        }

        return parts;
    }

    private static Span Prepare(Span span)
    {
        Truncate(span.Attributes);
        foreach (var item in span.Events)
        {
            Truncate(item.Attributes);
        }

        foreach (var link in span.Links)
        {
            Truncate(link.Attributes);
        }

        span.TraceId = ByteString.CopyFrom(TraceId16.FromBytes(span.TraceId.Span).ToByteArray());
        return span;
    }

    private static void Truncate(IEnumerable<KeyValue>? attributes)
    {
        foreach (var attribute in attributes ?? [])
        {
            attribute.Key = Truncate(attribute.Key);
            if (attribute.Value?.ValueCase == AnyValue.ValueOneofCase.StringValue)
            {
                attribute.Value.StringValue = Truncate(attribute.Value.StringValue);
            }
        }
    }

    private static string Truncate(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= MaxAttributeBytes ? text : Encoding.UTF8.GetString(bytes, 0, MaxAttributeBytes);
    }

    private static void HexToBase64(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                HexToBase64(item);
            }
        }
        else if (node is JsonObject o)
        {
            foreach (var (key, value) in o.ToList())
            {
                if (Ids.Contains(key) && value is JsonValue hex)
                {
                    o[key] = Convert.ToBase64String(Convert.FromHexString(hex.GetValue<string>()));
                }
                else
                {
                    HexToBase64(value);
                }
            }
        }
    }
}
