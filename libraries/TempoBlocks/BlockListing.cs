namespace TempoCos.TempoBlocks;

/// <summary>What a tenant's folder holds: live blocks, compacted blocks, and block descriptions that cannot be read, each sorted by block id.</summary>
public sealed record BlockListing(
    IReadOnlyList<BlockMeta> Live,
    IReadOnlyList<CompactedBlock> Compacted,
    IReadOnlyList<BlockFormatException> Damaged);
