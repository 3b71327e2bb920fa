using TempoCos.Otlp;

namespace TempoCos.Tempo.Tests.Generator;

/// <summary>Counts spans as they were made, for a comparison with what a metrics-generator says of them.</summary>
internal static class SentSpans
{
    /// <summary>How many, by service, name, kind and status.</summary>
    public static Dictionary<string, double> Calls(IEnumerable<TracesData> traces) => Sum(traces, _ => 1);

    public static Dictionary<string, double> Seconds(IEnumerable<TracesData> traces) => Sum(traces, span => (span.EndTimeUnixNano - span.StartTimeUnixNano) / 1e9);

    /// <summary>Bytes as protobuf, where a span has a status always.</summary>
    public static Dictionary<string, double> Sizes(IEnumerable<TracesData> traces) => Sum(traces, span => span.CalculateSize() + (span.Status is null ? 2 : 0));

    /// <summary>How often one service's client span has a server span of another as its child.</summary>
    public static Dictionary<(string Client, string Server), double> Requests(IEnumerable<TracesData> traces)
    {
        var spans = Spans(traces).ToList();
        var clients = spans.Where(one => one.Span.Kind == Span.Types.SpanKind.Client).ToDictionary(one => (one.Span.TraceId, one.Span.SpanId), one => one.Service);
        return spans.Where(one => one.Span.Kind == Span.Types.SpanKind.Server && clients.ContainsKey((one.Span.TraceId, one.Span.ParentSpanId)))
            .GroupBy(one => (clients[(one.Span.TraceId, one.Span.ParentSpanId)], one.Service))
            .ToDictionary(group => group.Key, group => (double)group.Count());
    }

    private static Dictionary<string, double> Sum(IEnumerable<TracesData> traces, Func<Span, double> amount) => Spans(traces)
        .GroupBy(one => Labels(one.Service, one.Span)).ToDictionary(group => group.Key, group => group.Sum(one => amount(one.Span)));

    private static string Labels(string service, Span span) =>
        $"service=\"{service}\",span_kind=\"SPAN_KIND_{span.Kind.ToString().ToUpperInvariant()}\",span_name=\"{span.Name}\",status_code=\"STATUS_CODE_{(span.Status?.Code ?? default).ToString().ToUpperInvariant()}\"";

    private static IEnumerable<(string Service, Span Span)> Spans(IEnumerable<TracesData> traces) =>
        from trace in traces
        from batch in trace.ResourceSpans
        from scope in batch.ScopeSpans
        from span in scope.Spans
        select (batch.Resource.Attributes.First(attribute => attribute.Key == "service.name").Value.StringValue, span);
}
