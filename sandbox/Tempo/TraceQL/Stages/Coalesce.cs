namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary><c>coalesce()</c> makes one spanset of all.</summary>
public sealed class Coalesce : Stage
{
    public override IEnumerable<Attribute> Attributes => [];

    public override void Validate()
    {
        // It has nothing that could be wrong.
    }

    public override List<Spanset> Evaluate(List<Spanset> input)
    {
        var spans = new List<FetchedSpan>();
        foreach (var spanset in input)
        {
            spans.AddRange(spanset.Spans);
        }

        return [new(spans) { IsRegrouped = true }];
    }

    public override string ToString() => "coalesce()";
}
