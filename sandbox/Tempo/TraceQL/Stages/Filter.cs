using TempoCos.Tempo.TraceQL.Expressions;

namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary><c>{ condition }</c></summary>
public sealed class Filter(FieldExpression condition) : Stage
{
    public FieldExpression Condition => condition;

    public override IEnumerable<Attribute> Attributes => condition.Attributes;

    /// <summary>Every span satisfies it.</summary>
    public bool TakesAll => condition is Literal { Value.IsTrue: true };

    /// <summary>No span can satisfy it.</summary>
    public bool TakesNone => condition is Literal { Value: { Type: StaticType.Boolean, IsTrue: false } };

    public override void Validate()
    {
        condition.Validate();
        if (condition.Type is not (StaticType.Attribute or StaticType.Boolean))
        {
            throw new TraceQLException($"span filter field expressions must resolve to a boolean: {this}");
        }
    }

    public override List<Spanset> Evaluate(List<Spanset> input)
    {
        var output = new List<Spanset>(input.Count);
        foreach (var spanset in input)
        {
            var matching = new List<FetchedSpan>();
            foreach (var span in spanset.Spans)
            {
                if (condition.Evaluate(span).IsTrue)
                {
                    matching.Add(span);
                }
            }

            if (matching.Count > 0)
            {
                output.Add(matching.Count == spanset.Spans.Count ? spanset : spanset with { Spans = matching });
            }
        }

        return output;
    }

    public override string ToString() => $"{{ {condition} }}";
}
