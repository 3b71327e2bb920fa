namespace TempoCos.TempoBlocks;

/// <summary>How blocks are written. The defaults follow Tempo's, with smaller row groups and pages, which make lookups cheaper.</summary>
public sealed record BlockWriterOptions
{
    /// <summary>Attributes with columns of their own: at most 10 string columns for spans and 10 for resources.</summary>
    public IReadOnlyList<DedicatedColumn> DedicatedColumns { get; init; } = DedicatedColumn.Defaults;

    /// <summary>
    /// A row group ends after the first trace that brings its buffered columns to this many bytes (levels and distinct
    /// values, before encoding): the bound of the writer's memory.
    /// </summary>
    public long RowGroupBytes { get; init; } = 16L << 20;

    /// <summary>Encoded bytes of a data page. Tempo reads files with pages of up to 64 KiB as fast as its own.</summary>
    public int PageBytes { get; init; } = 16 << 10;

    /// <summary>Bytes of one bloom shard.</summary>
    public int BloomShardBytes { get; init; } = 100 * 1024;

    /// <summary>The share of absent ids that a full bloom shard answers with "maybe".</summary>
    public double BloomFalsePositive { get; init; } = 0.01;

    /// <summary>Where the parquet file grows before it is stored.</summary>
    public string TemporaryDirectory { get; init; } = Path.GetTempPath();
}
