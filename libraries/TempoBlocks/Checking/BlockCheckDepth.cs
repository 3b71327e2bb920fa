namespace TempoCos.TempoBlocks.Checking;

/// <summary>How much of a block an examination reads.</summary>
public enum BlockCheckDepth
{
    /// <summary>Every page of data.parquet, once: damage anywhere in it is found as far as the format allows.</summary>
    Full,

    /// <summary>The footer, the trace-level columns (ids, order, counts), bloom shards and the index; not the spans' pages.</summary>
    Quick,
}
