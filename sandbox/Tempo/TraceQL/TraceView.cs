using TempoCos.Otlp;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.TraceQL;

/// <summary>A trace, or the part of it that one block or ingester has, as a query sees it.</summary>
public sealed class TraceView
{
    private bool _hasTree;

    public TraceView(TraceRecord record)
    {
        Id = record.Id;
        var spans = new List<SpanView>();
        var start = ulong.MaxValue;
        foreach (var batch in record.Trace.ResourceSpans)
        {
            foreach (var scope in batch.ScopeSpans)
            {
                foreach (var span in scope.Spans)
                {
                    var view = new SpanView(this, span, batch.Resource, scope.Scope);
                    spans.Add(view);
                    start = span.StartTimeUnixNano == 0 ? start : Math.Min(start, span.StartTimeUnixNano);
                    End = Math.Max(End, span.EndTimeUnixNano);
                    if (span.ParentSpanId.IsEmpty && !IsContinued(span))
                    {
                        Root = view;
                    }
                }
            }
        }

        Start = start == ulong.MaxValue ? 0 : start;
        Spans = spans;
    }

    public TraceId16 Id { get; }

    public IReadOnlyList<SpanView> Spans { get; }

    /// <summary>The last span without a parent.</summary>
    public SpanView? Root { get; }

    public ulong Start { get; }

    public ulong End { get; }

    public ulong Duration => unchecked(End - Start);

    /// <summary>Numbers the span tree, once.</summary>
    public void BuildTree()
    {
        if (!_hasTree)
        {
            _hasTree = true;
            SpanTree.Number(Spans);
        }
    }

    public bool Overlaps(uint startSeconds, uint endSeconds) =>
        (startSeconds == 0 || End / 1_000_000_000 >= startSeconds) && (endSeconds == 0 || Start / 1_000_000_000 <= endSeconds);

    private static bool IsContinued(Span span) =>
        span.Links.Any(link => link.TraceId == span.TraceId
            && link.Attributes.Any(attribute => attribute.Key == "opentracing.ref_type" && attribute.Value?.StringValue == "child_of"));
}
