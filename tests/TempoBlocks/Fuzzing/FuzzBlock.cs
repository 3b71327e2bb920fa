using TempoCos.TempoBlocks.Parquet;

namespace TempoCos.TempoBlocks.Tests.Fuzzing;

/// <summary>A block to be damaged, and where its sensitive bytes are.</summary>
/// <param name="Objects">By key, all of one folder.</param>
/// <param name="Meta">The description.</param>
/// <param name="Ids">Of its traces.</param>
/// <param name="Headers">Offsets at which pages begin.</param>
/// <param name="IndexStart">Where data ends, and column and offset indexes begin.</param>
internal sealed record FuzzBlock(
    IReadOnlyDictionary<string, byte[]> Objects, BlockMeta Meta, IReadOnlyList<TraceId16> Ids, IReadOnlyList<int> Headers, int IndexStart)
{
    public string Key(string name) => BlockKeys.Folder(Meta.TenantId, Meta.BlockId) + name;

    public static async Task<FuzzBlock> ReadAsync(IBlockStore store, BlockMeta meta, CancellationToken ct)
    {
        var objects = new Dictionary<string, byte[]>();
        await foreach (var entry in store.ListAsync(BlockKeys.Folder(meta.TenantId, meta.BlockId), ct))
        {
            objects[entry.Key] = await store.ReadAsync(entry.Key, ct);
        }

        await using var reader = await BlockReader.OpenAsync(store, meta, ct);
        var ids = await reader.ReadTraceSummariesAsync(ct).Select(s => s.Id).ToListAsync(ct);
        var headers = new List<int>();
        var end = 0L;
        foreach (var group in reader.File.Footer.RowGroups)
        {
            foreach (var (pages, chunk) in (await reader.File.LocatePagesAsync(group, reader.File.Footer.Leaves, null, ct)).Zip(group.Chunks))
            {
                headers.Add((int)chunk.Start);
                headers.AddRange((pages ?? []).Select(p => (int)p.Offset));
                end = Math.Max(end, chunk.Start + chunk.CompressedSize);
            }
        }

        return new FuzzBlock(objects, meta, ids, headers, (int)end);
    }

    /// <summary>The same block under another id.</summary>
    public FuzzBlock Copy(Guid id)
    {
        var meta = Meta with { BlockId = id };
        var objects = Objects.ToDictionary(
            o => o.Key.Replace($"{Meta.BlockId:d}", $"{id:d}", StringComparison.Ordinal),
            o => o.Key.EndsWith("/meta.json", StringComparison.Ordinal) ? meta.ToJson() : o.Value);
        return this with { Meta = meta, Objects = objects };
    }

    public override string ToString() => $"{Meta.Name} {Meta.Format}";
}
