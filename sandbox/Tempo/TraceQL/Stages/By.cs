using TempoCos.Tempo.TraceQL.Expressions;

namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary><c>by(key)</c> splits spansets by a value.</summary>
public sealed class By(FieldExpression key) : Stage
{
    public FieldExpression Key => key;

    public override IEnumerable<Attribute> Attributes => key.Attributes;

    public override void Validate()
    {
        if (!key.ReferencesSpan)
        {
            throw new TraceQLException($"grouping field expressions must reference the span: {this}");
        }

        key.Validate();
    }

    public override List<Spanset> Evaluate(List<Spanset> input)
    {
        var output = new List<Spanset>();
        foreach (var spanset in input)
        {
            var groups = new Dictionary<Static, List<FetchedSpan>>();
            foreach (var span in spanset.Spans)
            {
                var value = key.Evaluate(span);
                if (!groups.TryGetValue(value, out var group))
                {
                    groups[value] = group = [];
                    output.Add(new(group) { IsRegrouped = true, Attributes = [.. spanset.Attributes, (ToString(), value)] });
                }

                group.Add(span);
            }
        }

        return output;
    }

    public override string ToString() => $"by({key})";
}
