using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Generator.Series;

namespace TempoCos.Tempo.Generator.Spans;

/// <summary>Counts spans by service, name, kind and status, with their durations and sizes.</summary>
internal sealed class SpanMetrics(SpanMetricsSettings settings, SeriesRegistry registry, bool count, bool latency, bool size)
{
    private static readonly string[] Intrinsics = ["service", "span_name", "span_kind", "status_code", "status_message"];
    private readonly (string Name, string Label)[] _dimensions = [.. settings.Dimensions.Select(name => (name, Attributes.Label(name, Intrinsics)))];
    private readonly CounterFamily? _calls = count ? registry.Counter("traces_spanmetrics_calls_total") : null;
    private readonly HistogramFamily? _latency = latency ? registry.Histogram("traces_spanmetrics_latency", settings.Buckets) : null;
    private readonly CounterFamily? _size = size ? registry.Counter("traces_spanmetrics_size_total") : null;

    public void Take(ResourceSpans batch)
    {
        var service = Attributes.Find("service.name", batch.Resource?.Attributes) ?? "";
        foreach (var span in batch.ScopeSpans.SelectMany(scope => scope.Spans))
        {
            var labels = new SeriesLabels(Labels(service, batch.Resource, span));
            _calls?.Add(labels, 1);
            _latency?.Observe(labels, Attributes.Seconds(span), Convert.ToHexStringLower(span.TraceId.Span).TrimStart('0'));
            _size?.Add(labels, span.CalculateSize());
        }
    }

    private IEnumerable<(string Name, string Value)> Labels(string service, Resource? resource, Span span)
    {
        if (settings.Service)
        {
            yield return ("service", service);
        }

        if (settings.SpanName)
        {
            yield return ("span_name", span.Name);
        }

        if (settings.SpanKind)
        {
            yield return ("span_kind", Kind(span.Kind));
        }

        if (settings.StatusCode)
        {
            yield return ("status_code", Status(span.Status?.Code ?? default));
        }

        if (settings.StatusMessage)
        {
            yield return ("status_message", span.Status?.Message ?? "");
        }

        foreach (var (name, label) in _dimensions)
        {
            yield return (label, Attributes.Find(name, resource?.Attributes, span.Attributes) ?? "");
        }
    }

    private static string Kind(Span.Types.SpanKind kind) => kind is >= Span.Types.SpanKind.Unspecified and <= Span.Types.SpanKind.Consumer ? $"SPAN_KIND_{kind.ToString().ToUpperInvariant()}" : $"{(int)kind}";

    private static string Status(Status.Types.StatusCode code) => code switch
    {
        Otlp.Status.Types.StatusCode.Unset => "STATUS_CODE_UNSET",
        Otlp.Status.Types.StatusCode.Ok => "STATUS_CODE_OK",
        Otlp.Status.Types.StatusCode.Error => "STATUS_CODE_ERROR",
        _ => $"{(int)code}",
    };
}
