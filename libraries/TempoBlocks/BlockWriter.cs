namespace TempoCos.TempoBlocks;

/// <summary>Writes vParquet4 blocks. One writer may write several blocks, one after the other or at the same time.</summary>
public sealed class BlockWriter(IBlockStore store, BlockWriterOptions options)
{
    /// <summary>
    /// Writes a block: data.parquet, bloom shards, index, then meta.json, which publishes it. When it fails, what was
    /// written of it is deleted.
    /// </summary>
    /// <param name="tenant">The tenant's id, the first folder.</param>
    /// <param name="tracesSortedById">Strictly ascending by id; at least one.</param>
    /// <param name="draft">What is known of the block; null for a new one of level 0.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ArgumentException">No traces, or ids not strictly ascending.</exception>
    public Task<BlockMeta> WriteAsync(
        string tenant, IAsyncEnumerable<TraceRecord> tracesSortedById, BlockDraft? draft, CancellationToken ct)
    {
        _ = store;
        _ = options;
        throw new NotSupportedException();
    }

    /// <inheritdoc cref="WriteAsync(string, IAsyncEnumerable{TraceRecord}, BlockDraft?, CancellationToken)"/>
    public Task<BlockMeta> WriteAsync(string tenant, IEnumerable<TraceRecord> tracesSortedById, BlockDraft? draft, CancellationToken ct) =>
        WriteAsync(tenant, tracesSortedById.ToAsyncEnumerable(), draft, ct);
}
