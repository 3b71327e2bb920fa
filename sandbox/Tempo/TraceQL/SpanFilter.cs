using TempoCos.Tempo.TraceQL.Expressions;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.TraceQL.Stages;

namespace TempoCos.Tempo.TraceQL;

/// <summary>The filter of tag listings: one spanset of conditions joined by &amp;&amp;. Anything else is ignored, as Tempo does.</summary>
public sealed class SpanFilter
{
    private readonly Filter? _filter;
    private readonly FetchPass? _pass;

    private SpanFilter(Query? query)
    {
        if (query is not null)
        {
            _filter = (Filter)query.Pipeline.Stages[0];
            _pass = new FetchPlan(query, ColumnLayout.Default).First();
        }
    }

    public bool IsNone => _filter is null;

    public bool Matches(ISpanSource source)
    {
        if (_filter is null)
        {
            return true;
        }

        var span = new FetchedSpan(source);
        return _pass!.Apply(span) && _filter.Condition.Evaluate(span).IsTrue;
    }

    public static SpanFilter From(string text)
    {
        try
        {
            return text.Length > 0 && Query.Parse(text) is { Pipeline.Stages: [Filter { Condition: var condition }] } query && IsConjunction(condition) ? new(query) : new(null);
        }
        catch (TraceQLException)
        {
            return new(null);
        }
    }

    private static bool IsConjunction(FieldExpression expression) => expression switch
    {
        Binary { Operator: FieldOperator.And } binary => IsConjunction(binary.Left) && IsConjunction(binary.Right),
        Binary binary => binary.Operator.IsComparison(),
        Unary { Operator: FieldOperator.Exists or FieldOperator.NotExists } => true,
        Reference => true,
        _ => false,
    };
}
