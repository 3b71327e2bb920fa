using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Querier;

/// <summary>A tenant's blocks as of the last poll.</summary>
public sealed record TenantBlocks(IReadOnlyList<BlockMeta> Live, IReadOnlyList<TempoBlocks.CompactedBlock> Compacted)
{
    public static TenantBlocks None { get; } = new([], []);
}
