namespace TempoCos.TempoBlocks;

/// <summary>What a tenant's folder holds: live blocks, compacted blocks, and block descriptions that cannot be read, each sorted by block id.</summary>
public sealed record BlockListing(
    IReadOnlyList<BlockMeta> Live,
    IReadOnlyList<CompactedBlock> Compacted,
    IReadOnlyList<BlockFormatException> Damaged)
{
    /// <summary>A tenant without blocks.</summary>
    public static BlockListing Empty { get; } = new([], [], []);

    /// <summary>Blocks that bear the flag nocompact.flg and must not be compacted.</summary>
    public IReadOnlySet<Guid> Held { get; init; } = new HashSet<Guid>();

    /// <summary>Blocks without a description: being written, or left by a writer that was killed.</summary>
    public IReadOnlyList<UnpublishedBlock> Unpublished { get; init; } = [];
}
