using TempoCos.Tempo.TraceQL.Expressions;

namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary><c>count()</c>, <c>avg(duration)</c> and the like.</summary>
public sealed class Aggregate(AggregateKind kind, FieldExpression? of) : Scalar
{
    private readonly string _text = $"{kind.ToString().ToLowerInvariant()}({of})";

    public FieldExpression? Of => of;

    public override StaticType Type => of is null ? StaticType.Int : of.Type;

    public override IEnumerable<Attribute> Attributes => of?.Attributes ?? [];

    public override void Validate()
    {
        if (of is null)
        {
            return;
        }

        of.Validate();
        if (of.Type != StaticType.Attribute && !of.Type.IsNumeric())
        {
            throw new TraceQLException($"aggregate field expressions must resolve to a number type: {this}");
        }

        if (!of.ReferencesSpan)
        {
            throw new TraceQLException($"aggregate field expressions must reference the span: {this}");
        }
    }

    /// <summary>Null when no span has a value.</summary>
    public Static? Over(IReadOnlyList<FetchedSpan> spans)
    {
        if (of is null)
        {
            return Static.Of((long)spans.Count);
        }

        Static? result = null;
        var count = 0;
        foreach (var span in spans)
        {
            var value = of.Evaluate(span);
            if (value.IsNil)
            {
                continue;
            }

            count++;
            result = result is not { } known ? value : kind switch
            {
                AggregateKind.Max => Operations.Compare(value, known) > 0 ? value : known,
                AggregateKind.Min => Operations.Compare(value, known) < 0 ? value : known,
                _ => Sum(known, value),
            };
        }

        return kind == AggregateKind.Avg && result is { } sum ? Divide(sum, count) : result;
    }

    public override string ToString() => _text;

    // What is of another type than the first value does not count.
    private static Static Sum(Static sum, Static value) => sum.Type != value.Type ? sum : sum.Type switch
    {
        StaticType.Int => Static.Of(unchecked(sum.Integer + value.Integer)),
        StaticType.Duration => Static.OfDuration(unchecked(sum.Integer + value.Integer)),
        StaticType.Float => Static.Of(sum.Float + value.Float),
        _ => sum,
    };

    private static Static Divide(Static sum, int count) => sum.Type switch
    {
        StaticType.Int => Static.Of((double)(ulong)sum.Integer / count),
        StaticType.Duration => Static.OfDuration(sum.Integer / count),
        StaticType.Float => Static.Of(sum.Float / count),
        _ => sum,
    };
}
