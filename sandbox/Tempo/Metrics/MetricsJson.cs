using System.Text.Json;
using Google.Protobuf.Collections;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Metrics;

/// <summary>Answers of metrics queries: 64-bit numbers as strings, zeros left out.</summary>
public static class MetricsJson
{
    public static void Write(Utf8JsonWriter json, MetricsResponse response)
    {
        json.WriteStartObject();
        json.WriteStartArray("series"u8);
        foreach (var series in response.Series)
        {
            json.WriteStartObject();
            WriteLabels(json, series.Labels);
            json.WriteStartArray("samples"u8);
            foreach (var sample in series.Samples)
            {
                json.WriteStartObject();
                TraceJson.WriteQuoted(json, "timestampMs"u8, sample.TimestampMs);
                WriteNumber(json, sample.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteExemplars(json, series.Exemplars);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteRest(json, response.Metrics, response.Status, response.Message);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, InstantResponse response)
    {
        json.WriteStartObject();
        if (response.Series.Count > 0)
        {
            json.WriteStartArray("series"u8);
            foreach (var series in response.Series)
            {
                json.WriteStartObject();
                WriteLabels(json, series.Labels);
                WriteNumber(json, series.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        WriteRest(json, response.Metrics, response.Status, response.Message);
        json.WriteEndObject();
    }

    private static void WriteExemplars(Utf8JsonWriter json, RepeatedField<Exemplar> exemplars)
    {
        if (exemplars.Count == 0)
        {
            return;
        }

        json.WriteStartArray("exemplars"u8);
        foreach (var exemplar in exemplars)
        {
            json.WriteStartObject();
            WriteLabels(json, exemplar.Labels);
            WriteNumber(json, exemplar.Value);
            TraceJson.WriteQuoted(json, "timestampMs"u8, exemplar.TimestampMs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLabels(Utf8JsonWriter json, RepeatedField<KeyValue> labels)
    {
        json.WriteStartArray("labels"u8);
        foreach (var label in labels)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, label.Key);
            json.WritePropertyName("value"u8);
            TraceJson.WriteValue(json, label.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (!double.IsFinite(value))
        {
            json.WriteString("value"u8, double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
        else if (value != 0)
        {
            json.WriteNumber("value"u8, value);
        }
    }

    private static void WriteRest(Utf8JsonWriter json, SearchMetrics metrics, TraceStatus status, string message)
    {
        json.WriteStartObject("metrics"u8);
        Long(json, "inspectedBytes"u8, metrics.InspectedBytes);
        Number(json, "totalBlocks"u8, metrics.TotalBlocks);
        Number(json, "completedJobs"u8, metrics.CompletedJobs);
        Number(json, "totalJobs"u8, metrics.TotalJobs);
        Long(json, "totalBlockBytes"u8, metrics.TotalBlockBytes);
        Long(json, "inspectedSpans"u8, metrics.InspectedSpans);
        json.WriteEndObject();
        if (status == TraceStatus.Partial)
        {
            json.WriteString("status"u8, "PARTIAL"u8);
            json.WriteString("message"u8, message);
        }
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, uint value)
    {
        if (value > 0)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Long(Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong value)
    {
        if (value > 0)
        {
            TraceJson.WriteQuoted(json, name, value);
        }
    }
}
