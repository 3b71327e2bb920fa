namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary><c>select(a, b)</c>: shown, not filtered.</summary>
public sealed class Select(IReadOnlyList<Attribute> shown) : Stage
{
    public IReadOnlyList<Attribute> Shown => shown;

    public override IEnumerable<Attribute> Attributes => shown;

    public override void Validate()
    {
        foreach (var attribute in shown)
        {
            attribute.Validate();
        }
    }

    public override List<Spanset> Evaluate(List<Spanset> input) => input;

    public override string ToString() => $"select({string.Join(", ", shown)})";
}
