namespace TempoCos.TempoBlocks;

/// <summary>What the caller of <see cref="BlockWriter"/> knows about the block to be written.</summary>
public sealed record BlockDraft
{
    /// <summary>The block's id; a fresh one by default.</summary>
    public Guid BlockId { get; init; } = Guid.NewGuid();

    /// <summary>The description's start; null takes the earliest span start.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>The description's end; null takes the latest span end.</summary>
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>0 for an ingester's block.</summary>
    public int CompactionLevel { get; init; }

    /// <summary>0 for blocks that trace lookup and search read.</summary>
    public int ReplicationFactor { get; init; }

    /// <summary>
    /// Sizes the bloom filter. Null counts the traces while they are written, which keeps their ids (16 bytes each) in memory until the end.
    /// </summary>
    public long? ExpectedTraces { get; init; }
}
