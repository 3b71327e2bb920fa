using TempoCos.Tempo.TraceQL.Expressions;

namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary><c>avg(duration) &gt; 1s</c> keeps spansets.</summary>
public sealed class ScalarFilter(FieldOperator comparison, Scalar left, Scalar right) : Stage
{
    public Scalar Left => left;

    public override IEnumerable<Attribute> Attributes => left.Attributes.Concat(right.Attributes);

    public override void Validate()
    {
        left.Validate();
        right.Validate();
        if (!left.Type.Matches(right.Type))
        {
            throw new TraceQLException($"binary operations must operate on the same type: {this}");
        }

        if (!left.Type.Allows(comparison) || !right.Type.Allows(comparison))
        {
            throw new TraceQLException($"illegal operation for the given types: {this}");
        }

        if (left is not Aggregate)
        {
            throw new TraceQLException("scalar filter lhs of type (%v) not yet supported");
        }

        if (right is not Number)
        {
            throw new TraceQLException("scalar filter rhs of type (%v) not yet supported");
        }
    }

    public override List<Spanset> Evaluate(List<Spanset> input)
    {
        var (aggregate, number) = ((Aggregate)left, (Number)right);
        var output = new List<Spanset>(input.Count);
        foreach (var spanset in input)
        {
            if (aggregate.Over(spanset.Spans) is { } value && Operations.Satisfies(comparison, value, number.Value))
            {
                output.Add(spanset with { Attributes = [.. spanset.Attributes, (aggregate.ToString(), value)] });
            }
        }

        return output;
    }

    public override string ToString() => $"{Scalar.Wrap(left)} {comparison.Symbol()} {Scalar.Wrap(right)}";
}
