namespace TempoCos.TempoBlocks;

/// <summary>A block's objects without a description. <paramref name="LastWritten"/> is the time of the newest of them.</summary>
public sealed record UnpublishedBlock(Guid Block, DateTimeOffset LastWritten);
