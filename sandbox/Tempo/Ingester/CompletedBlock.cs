using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>A block that the ingester built and still answers from.</summary>
public sealed class CompletedBlock(BlockMeta meta)
{
    public BlockMeta Meta => meta;

    /// <summary>When it reached the backend; null until then.</summary>
    public DateTimeOffset? Flushed { get; set; }
}
