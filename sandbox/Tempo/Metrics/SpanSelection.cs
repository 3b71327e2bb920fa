using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.TraceQL.Stages;

namespace TempoCos.Tempo.Metrics;

/// <summary>The spans that a query selects of a trace, with what the metric reads of them. For one thread.</summary>
public sealed class SpanSelection
{
    private readonly Query _query;
    private readonly FetchPass _first;
    private readonly FetchPass _second;
    private readonly bool _findsNothing;

    /// <exception cref="TraceQLException">The storage cannot compare as the query wants.</exception>
    public SpanSelection(Query query, ColumnLayout layout)
    {
        var plan = new FetchPlan(query, layout);
        (_query, _first, _second) = (query, plan.First(), plan.Second());
        _findsNothing = query.FindsNothing || !plan.IsSupported;
    }

    public IEnumerable<FetchedSpan> Of(ITraceSource trace)
    {
        if (_findsNothing)
        {
            return [];
        }

        var spans = new List<FetchedSpan>();
        foreach (var source in trace.Spans)
        {
            var span = new FetchedSpan(source);
            if (_first.Apply(span))
            {
                spans.Add(span);
            }
        }

        return spans.Count == 0 ? [] : _query.Pipeline.Evaluate([new(spans)]).SelectMany(spanset => spanset.Spans).Select(Completed);
    }

    private FetchedSpan Completed(FetchedSpan span)
    {
        _second.Apply(span);
        return span;
    }
}
