namespace TempoCos.Tempo.TraceQL.Stages;

/// <summary>Spans of one trace that belong together, with what stages found out about them.</summary>
public sealed record Spanset(List<FetchedSpan> Spans)
{
    public IReadOnlyList<(string Key, Static Value)> Attributes { get; init; } = [];

    /// <summary>Made anew by <c>by</c> or <c>coalesce</c>: what was read of the trace for the query itself is not kept with it.</summary>
    public bool IsRegrouped { get; init; }
}
