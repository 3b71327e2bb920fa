namespace TempoCos.Tempo.TraceQL;

/// <summary>A whole query.</summary>
public sealed record Query(IReadOnlyList<Stage> Stages, bool MostRecent)
{
    public bool IsMetrics => Stages.Any(stage => stage is Stage.Metric);

    public IEnumerable<Attribute> Attributes => Stages.SelectMany(stage => stage.Attributes);

    /// <summary>Whether the numbers of the span tree are needed.</summary>
    public bool NeedsTree =>
        Stages.OfType<Stage.Select>().Any(stage => stage.Spansets.IsStructural)
        || Attributes.Any(attribute => attribute.Intrinsic is Intrinsic.NestedSetLeft or Intrinsic.NestedSetRight or Intrinsic.NestedSetParent);

    public static Query Parse(string text) => new Parser(Lexer.Tokenize(text)).ParseQuery();
}
