namespace TempoCos.Tempo.Generator;

/// <summary>Names of what is made of spans, as overrides have them.</summary>
internal static class Processors
{
    public const string SpanMetrics = "span-metrics";
    public const string SpanMetricsCount = "span-metrics-count";
    public const string SpanMetricsLatency = "span-metrics-latency";
    public const string SpanMetricsSize = "span-metrics-size";
    public const string ServiceGraphs = "service-graphs";
}
