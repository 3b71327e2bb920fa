namespace TempoCos.TempoBlocks;

/// <summary>Combines blocks of one tenant into one.</summary>
public sealed class BlockCompactor(IBlockStore store, BlockWriterOptions options)
{
    /// <summary>
    /// Merges the blocks by trace id into one block of the next level, then marks the inputs compacted. Memory does not depend
    /// on the blocks' sizes.
    /// </summary>
    /// <param name="inputs">At least one block; all of one tenant.</param>
    /// <param name="ct">Cancels; then the inputs stay live and the output is deleted.</param>
    public Task<BlockMeta> CompactAsync(IReadOnlyList<BlockMeta> inputs, CancellationToken ct)
    {
        _ = store;
        _ = options;
        throw new NotSupportedException();
    }
}
