namespace TempoCos.TempoBlocks;

/// <summary>A block that was compacted away or is past retention; its objects are deleted some time after <paramref name="CompactedTime"/>.</summary>
public sealed record CompactedBlock(BlockMeta Meta, DateTimeOffset CompactedTime);
