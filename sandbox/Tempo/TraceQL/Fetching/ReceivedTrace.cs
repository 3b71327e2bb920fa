using TempoCos.Otlp;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.TraceQL.Fetching;

/// <summary>A trace as it was received.</summary>
public sealed class ReceivedTrace : ITraceSource
{
    private readonly List<ReceivedSpan> _spans = [];
    private readonly ReceivedSpan? _root;

    public ReceivedTrace(TraceRecord record, ColumnLayout layout)
    {
        Id = record.Id;
        var start = ulong.MaxValue;
        var services = new Dictionary<string, (int Spans, int Errors)>();
        foreach (var batch in record.Trace.ResourceSpans)
        {
            var service = ServiceOf(batch.Resource);
            foreach (var scope in batch.ScopeSpans)
            {
                foreach (var span in scope.Spans)
                {
                    var received = new ReceivedSpan(this, span, batch.Resource, scope.Scope, service, layout);
                    _spans.Add(received);
                    start = span.StartTimeUnixNano == 0 ? start : Math.Min(start, span.StartTimeUnixNano);
                    End = Math.Max(End, span.EndTimeUnixNano);
                    _root = span.ParentSpanId.IsEmpty && !IsContinued(span) ? received : _root;
                    var (spans, errors) = services.GetValueOrDefault(service);
                    services[service] = (spans + 1, errors + (span.Status?.Code == Status.Types.StatusCode.Error ? 1 : 0));
                }
            }
        }

        Start = start == ulong.MaxValue ? 0 : start;
        Services = [.. services.Select(pair => new ServiceSpans(pair.Key, pair.Value.Spans, pair.Value.Errors))];
    }

    public TraceId16 Id { get; }

    public string RootServiceName => _root?.ServiceName ?? "";

    public string RootSpanName => _root?.Span.Name ?? "";

    public ulong Start { get; }

    public ulong End { get; }

    public ulong Duration => unchecked(End - Start);

    public IReadOnlyCollection<ServiceSpans> Services { get; }

    public IReadOnlyList<ISpanSource> Spans => _spans;

    /// <summary>Gives the spans their numbers in the nested set.</summary>
    public void NumberSpans() => NestedSet.Number(_spans);

    public bool Overlaps(uint startSeconds, uint endSeconds) =>
        (startSeconds == 0 || End >= startSeconds * 1_000_000_000UL) && (endSeconds == 0 || Start <= endSeconds * 1_000_000_000UL);

    private static string ServiceOf(Resource? resource)
    {
        foreach (var attribute in resource?.Attributes ?? [])
        {
            if (attribute.Key == "service.name" && attribute.Value?.ValueCase == AnyValue.ValueOneofCase.StringValue)
            {
                return attribute.Value.StringValue;
            }
        }

        return "";
    }

    private static bool IsContinued(Span span) =>
        span.Links.Any(link => link.TraceId == span.TraceId
            && link.Attributes.Any(attribute => attribute.Key == "opentracing.ref_type" && attribute.Value?.StringValue == "child_of"));
}
