namespace TempoCos.Tempo.TraceQL;

/// <summary>The filter of tag listings: one spanset of conditions joined by &amp;&amp;. Anything else is ignored, as Tempo does.</summary>
public sealed class SpanFilter
{
    private readonly FieldExpression? _condition;

    private SpanFilter(FieldExpression? condition) => _condition = condition;

    public bool IsNone => _condition is null;

    public bool Matches(SpanView span) => FieldEvaluator.Matches(_condition, span);

    public static SpanFilter From(string query)
    {
        try
        {
            return query.Length > 0
                && Query.Parse(query).Stages is [Stage.Select { Spansets: SpansetExpression.Filter { Condition: { } condition } }]
                && IsConjunction(condition)
                    ? new(condition)
                    : new(null);
        }
        catch (TraceQLException)
        {
            return new(null);
        }
    }

    private static bool IsConjunction(FieldExpression expression) => expression switch
    {
        FieldExpression.Binary { Operator: FieldOperator.And } binary => IsConjunction(binary.Left) && IsConjunction(binary.Right),
        FieldExpression.Binary binary => binary.Operator.IsComparison(),
        FieldExpression.Reference => true,
        _ => false,
    };
}
