namespace TempoCos.TempoBlocks.Tests;

/// <summary>A copy of a recorded block whose data can be replaced.</summary>
internal sealed record DamagedBlock(TemporaryStore Temporary, BlockMeta Meta, byte[] Content, IReadOnlyList<TraceId16> Ids) : IDisposable
{
    public IBlockStore Store => Temporary.Store;

    public static async Task<DamagedBlock> CreateAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        var temporary = new TemporaryStore();
        var meta = await GoldenCorpus.MetaAsync(GoldenCorpus.CommittedStore, GoldenCorpus.SmallBlock);
        await foreach (var entry in GoldenCorpus.CommittedStore.ListAsync(BlockKeys.Folder(meta.TenantId, meta.BlockId), ct))
        {
            await temporary.Store.WriteAsync(entry.Key, await GoldenCorpus.CommittedStore.ReadAsync(entry.Key, ct), ct);
        }

        await using var reader = await BlockReader.OpenAsync(temporary.Store, meta, ct);
        var ids = await reader.ReadTraceSummariesAsync(ct).Select(s => s.Id).ToListAsync(ct);
        return new DamagedBlock(temporary, meta, await temporary.Store.ReadAsync(BlockKeys.Data(meta.TenantId, meta.BlockId), ct), ids);
    }

    public void Write(byte[] content) => File.WriteAllBytes(Temporary.DataPath(Meta), content);

    public void Dispose() => Temporary.Dispose();
}
