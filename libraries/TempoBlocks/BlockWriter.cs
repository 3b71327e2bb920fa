using System.Buffers.Binary;
using System.Text.Json;
using TempoCos.TempoBlocks.Blooms;
using TempoCos.TempoBlocks.Writing;

namespace TempoCos.TempoBlocks;

/// <summary>Writes vParquet4 blocks. One writer may write several blocks, one after the other or at the same time.</summary>
public sealed class BlockWriter(IBlockStore store, BlockWriterOptions options)
{
    private static readonly TimeSpan CleanUpDeadline = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions JsonOptions = new() { Encoder = BlockMetaJson.WriterOptions.Encoder };

    /// <summary>
    /// Writes a block: data.parquet, bloom shards, index, then meta.json, which publishes it. When it fails, what was
    /// written of it is deleted.
    /// </summary>
    /// <param name="tenant">The tenant's id, the first folder.</param>
    /// <param name="tracesSortedById">Strictly ascending by id; at least one.</param>
    /// <param name="draft">What is known of the block; null for a new one of level 0.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ArgumentException">No traces, or ids not strictly ascending.</exception>
    public async Task<BlockMeta> WriteAsync(
        string tenant, IAsyncEnumerable<TraceRecord> tracesSortedById, BlockDraft? draft, CancellationToken ct)
    {
        draft ??= new BlockDraft();
        var path = Path.Combine(options.TemporaryDirectory, $"tempocos-block-{draft.BlockId:n}.parquet");
        await using var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        if (!OperatingSystem.IsWindows())
        {
            // Without a name the file vanishes with the process, even with one that is killed.
            File.Delete(path);
        }

        using var run = new BlockRun(file, draft, options);
        await foreach (var trace in tracesSortedById.WithCancellation(ct))
        {
            run.Add(trace);
        }

        run.Close();
        return await PublishAsync(tenant, draft, run, file, ct);
    }

    /// <inheritdoc cref="WriteAsync(string, IAsyncEnumerable{TraceRecord}, BlockDraft?, CancellationToken)"/>
    public Task<BlockMeta> WriteAsync(string tenant, IEnumerable<TraceRecord> tracesSortedById, BlockDraft? draft, CancellationToken ct) =>
        WriteAsync(tenant, tracesSortedById.ToAsyncEnumerable(), draft, ct);

    private static async Task<int> FooterSizeAsync(FileStream file, CancellationToken ct)
    {
        var tail = new byte[8];
        file.Position = file.Length - tail.Length;
        await file.ReadExactlyAsync(tail, ct);
        return BinaryPrimitives.ReadInt32LittleEndian(tail);
    }

    private static byte[] Index(List<TraceId16> lastIds)
    {
        var index = new Dictionary<string, List<string>> { ["rowGroups"] = lastIds.ConvertAll(id => Convert.ToBase64String(id.ToByteArray())) };
        return JsonSerializer.SerializeToUtf8Bytes(index, JsonOptions);
    }

    private async Task<BlockMeta> PublishAsync(string tenant, BlockDraft draft, BlockRun run, FileStream file, CancellationToken ct)
    {
        var blooms = run.CreateBlooms();
        var meta = new BlockMeta
        {
            BlockId = draft.BlockId,
            TenantId = tenant,
            StartTime = draft.StartTime ?? run.StartTime,
            EndTime = draft.EndTime ?? run.EndTime,
            TotalObjects = run.Traces,
            Size = file.Length,
            CompactionLevel = draft.CompactionLevel,
            TotalRecords = run.LastIds.Count,
            BloomShards = blooms.Count,
            FooterSize = await FooterSizeAsync(file, ct),
            DedicatedColumns = run.DedicatedColumns,
            ReplicationFactor = draft.ReplicationFactor,
        };
        var written = new List<string>();
        try
        {
            file.Position = 0;
            await StoreAsync(BlockKeys.Data(tenant, meta.BlockId), key => store.WriteAsync(key, file, ct));
            for (var i = 0; i < blooms.Count; i++)
            {
                var bloom = blooms[i];
                await StoreAsync(BlockKeys.Bloom(tenant, meta.BlockId, i), key => store.WriteAsync(key, bloom.ToBytes(), ct));
            }

            var index = Index(run.LastIds);
            await StoreAsync(BlockKeys.Index(tenant, meta.BlockId), key => store.WriteAsync(key, index, ct));
            await StoreAsync(BlockKeys.Meta(tenant, meta.BlockId), key => store.WriteAsync(key, meta.ToJson(), ct));
            return meta;
        }
        catch
        {
            await DeleteAsync(written);
            throw;
        }

        async Task StoreAsync(string key, Func<string, Task> write)
        {
            written.Add(key);
            await write(key);
        }
    }

    // The description first, so that no reader meets half a block.
    private async Task DeleteAsync(List<string> written)
    {
        using var deadline = new CancellationTokenSource(CleanUpDeadline);
        try
        {
            foreach (var key in Enumerable.Reverse(written))
            {
                await store.DeleteAsync(key, deadline.Token);
            }
        }
        catch (Exception)
        {
            // What made the write fail is the error to tell; the rest is no block without a description and goes with DeleteAbandonedAsync.
        }
    }
}
