namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary>Spans of one trace that belong together, with what stages found out about them.</summary>
public sealed record Spanset(IReadOnlyList<FetchedSpan> Spans)
{
    public IReadOnlyList<(string Key, Static Value)> Attributes { get; init; } = [];

    /// <summary>Before it was cut for showing.</summary>
    public int Matched { get; init; }
}
