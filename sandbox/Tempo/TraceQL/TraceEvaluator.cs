using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.TraceQL.Stages;

namespace TempoCos.Tempo.TraceQL;

/// <summary>
/// A query made ready for one kind of storage: finds the spansets of a trace and, with <see cref="Complete"/>, the values of what is selected and grouped by.
/// For one thread.
/// </summary>
public sealed class TraceEvaluator
{
    private readonly FetchPass _first;
    private readonly FetchPass _second;

    /// <exception cref="TraceQLException">The storage cannot compare as the query wants.</exception>
    public TraceEvaluator(Query query, ColumnLayout layout)
    {
        Query = query;
        Plan = new(query, layout);
        FindsNothing = query.FindsNothing || !Plan.IsSupported;
        (_first, _second) = (Plan.First(), Plan.Second());
    }

    public Query Query { get; }

    public FetchPlan Plan { get; }

    /// <summary>There is no need to read anything.</summary>
    public bool FindsNothing { get; }

    /// <summary>The spansets that the query's pipeline leaves of a trace; values are read by <see cref="FetchedSpan.Value"/>.</summary>
    /// <exception cref="TraceQLException">The query cannot be carried out on this trace's values.</exception>
    public List<Spanset> Evaluate(ITraceSource trace)
    {
        if (FindsNothing)
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

        return spans.Count == 0 ? [] : Query.Pipeline.Evaluate([new(spans)]);
    }

    /// <summary>Fetches what <c>select</c> and metrics want of a span that was found.</summary>
    public void Complete(FetchedSpan span) => _second.Apply(span);
}
