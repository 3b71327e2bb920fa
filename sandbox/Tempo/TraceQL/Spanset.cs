namespace TempoCos.Tempo.TraceQL;

/// <summary>Spans of one trace that belong together, with what stages found out about them.</summary>
public sealed record Spanset(IReadOnlyList<SpanView> Spans)
{
    public IReadOnlyList<(string Key, Static Value)> Attributes { get; init; } = [];
}
