using System.Text.Json;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>A search's answer as Tempo prints it: 64-bit numbers as strings, zeros left out.</summary>
public static class SearchJson
{
    public static void Write(Utf8JsonWriter json, SearchResponse response)
    {
        json.WriteStartObject();
        json.WriteStartArray("traces");
        foreach (var trace in response.Traces)
        {
            Write(json, trace);
        }

        json.WriteEndArray();
        json.WriteStartObject("metrics");
        var metrics = response.Metrics ?? new();
        Number(json, "inspectedTraces", metrics.InspectedTraces);
        Text(json, "inspectedBytes", metrics.InspectedBytes);
        Number(json, "totalBlocks", metrics.TotalBlocks);
        Number(json, "completedJobs", metrics.CompletedJobs);
        Number(json, "totalJobs", metrics.TotalJobs);
        Text(json, "totalBlockBytes", metrics.TotalBlockBytes);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TraceSearchMetadata trace)
    {
        json.WriteStartObject();
        json.WriteString("traceID", trace.TraceId);
        Text(json, "rootServiceName", trace.RootServiceName);
        Text(json, "rootTraceName", trace.RootTraceName);
        Text(json, "startTimeUnixNano", trace.StartTimeUnixNano);
        Number(json, "durationMs", trace.DurationMs);
        if (trace.SpanSet is not null)
        {
            json.WritePropertyName("spanSet");
            Write(json, trace.SpanSet);
            json.WriteStartArray("spanSets");
            foreach (var spanSet in trace.SpanSets)
            {
                Write(json, spanSet);
            }

            json.WriteEndArray();
        }

        if (trace.ServiceStats.Count > 0)
        {
            json.WriteStartObject("serviceStats");
            foreach (var (service, stats) in trace.ServiceStats.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(service);
                Number(json, "spanCount", stats.SpanCount);
                Number(json, "errorCount", stats.ErrorCount);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SpanSet spanSet)
    {
        json.WriteStartObject();
        json.WriteStartArray("spans");
        foreach (var span in spanSet.Spans)
        {
            json.WriteStartObject();
            json.WriteString("spanID", span.SpanId);
            Text(json, "name", span.Name);
            Text(json, "startTimeUnixNano", span.StartTimeUnixNano);
            Text(json, "durationNanos", span.DurationNanos);
            TraceJson.WriteAttributes(json, span.Attributes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Number(json, "matched", spanSet.Matched);
        TraceJson.WriteAttributes(json, spanSet.Attributes);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static void Text(Utf8JsonWriter json, string name, ulong value)
    {
        if (value > 0)
        {
            json.WriteString(name, $"{value}");
        }
    }

    private static void Number(Utf8JsonWriter json, string name, uint value)
    {
        if (value > 0)
        {
            json.WriteNumber(name, value);
        }
    }
}
