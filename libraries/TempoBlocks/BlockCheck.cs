using TempoCos.TempoBlocks.Checking;

namespace TempoCos.TempoBlocks;

/// <summary>
/// The findings of a block's examination: description, sizes, magic, footer, number and content of bloom shards, row groups and their
/// bounds, order of ids, index, readability of every row.
/// </summary>
/// <param name="Meta">The block's description.</param>
/// <param name="Traces">Rows that were read.</param>
/// <param name="Spans">Spans that were read (counted by the rows' own statistics in a quick examination).</param>
/// <param name="RowGroups">Row groups of the footer; 0 when it cannot be read.</param>
/// <param name="Problems">What is wrong, one sentence each; empty for a sound block.</param>
public sealed record BlockCheck(BlockMeta Meta, long Traces, long Spans, int RowGroups, IReadOnlyList<string> Problems)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Problems.Count == 0;

    /// <summary>Examines a block whose reader may not even open; damage becomes findings, not exceptions.</summary>
    public static Task<BlockCheck> RunAsync(IBlockStore store, BlockMeta meta, CancellationToken ct) => RunAsync(store, meta, BlockCheckDepth.Full, ct);

    /// <summary>Examines a block; damage becomes findings, not exceptions.</summary>
    public static Task<BlockCheck> RunAsync(IBlockStore store, BlockMeta meta, BlockCheckDepth depth, CancellationToken ct) =>
        new BlockExamination(store, meta, depth, null).RunAsync(ct);

    /// <summary>Examines a whole block and hands on every trace that it can read, so that who wants both needs not read the block twice.</summary>
    public static Task<BlockCheck> RunAsync(IBlockStore store, BlockMeta meta, Action<TraceRecord> read, CancellationToken ct) =>
        new BlockExamination(store, meta, BlockCheckDepth.Full, read).RunAsync(ct);
}
