namespace TempoCos.TempoBlocks;

/// <summary>What a compaction did; one instance may count several, one after the other.</summary>
public sealed class CompactionTally
{
    /// <summary>Traces that were in several inputs and differed, and were combined.</summary>
    public long CombinedTraces { get; internal set; }

    /// <summary>Spans that a combined trace had in several inputs and that were kept once.</summary>
    public long RepeatedSpans { get; internal set; }

    /// <summary>Spans that were left out because their trace would have become too large.</summary>
    public long DiscardedSpans { get; internal set; }
}
