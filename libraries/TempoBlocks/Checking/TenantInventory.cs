using System.Collections.Concurrent;

namespace TempoCos.TempoBlocks.Checking;

/// <summary>One tenant's folder: every block in whatever state, and the tenant's index objects. One listing and one read a description.</summary>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="Blocks">By block id.</param>
/// <param name="Indexes">The tenant's index objects.</param>
public sealed record TenantInventory(string Tenant, IReadOnlyList<StoredBlock> Blocks, IReadOnlyList<StoredObject> Indexes)
{
    private const int MaxParallel = 16;
    private const int MaxMetaBytes = 1 << 20;

    /// <summary>Lists the tenant's folder and reads the descriptions. Damage is kept with the block, not thrown.</summary>
    public static async Task<TenantInventory> ReadAsync(IBlockStore store, string tenant, CancellationToken ct)
    {
        var folders = new SortedDictionary<string, (Guid Id, List<StoredObject> Objects)>(StringComparer.Ordinal);
        var indexes = new List<StoredObject>();
        await foreach (var entry in store.ListAsync(tenant + "/", ct))
        {
            var rest = entry.Key[(tenant.Length + 1)..];
            if (rest.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash)
            {
                if (Guid.TryParseExact(rest[..slash], "d", out var id) && rest[..slash] == $"{id:d}")
                {
                    folders.TryAdd(rest[..slash], (id, []));
                    folders[rest[..slash]].Objects.Add(entry);
                }
            }
            else if (entry.Key == BlockKeys.IndexJson(tenant) || entry.Key == BlockKeys.IndexProto(tenant))
            {
                indexes.Add(entry);
            }
        }

        var blocks = new ConcurrentDictionary<Guid, StoredBlock>();
        await Parallel.ForEachAsync(
            folders.Values,
            new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = ct },
            async (folder, token) =>
            {
                if (await ReadBlockAsync(store, tenant, folder.Id, folder.Objects, token) is { } block)
                {
                    blocks[folder.Id] = block;
                }
            });
        return new TenantInventory(tenant, [.. folders.Values.Select(f => blocks.GetValueOrDefault(f.Id)).OfType<StoredBlock>()], indexes);
    }

    // Null when the block was deleted between the listing and the reading.
    private static async Task<StoredBlock?> ReadBlockAsync(IBlockStore store, string tenant, Guid id, List<StoredObject> objects, CancellationToken ct)
    {
        var compacted = objects.FirstOrDefault(o => o.Key == BlockKeys.CompactedMeta(tenant, id));
        var described = compacted ?? objects.FirstOrDefault(o => o.Key == BlockKeys.Meta(tenant, id));
        if (described is null)
        {
            return new StoredBlock(
                tenant, id, BlockState.Unpublished, null, null, objects,
                [$"{Names(objects)} without meta.json: nobody reads the block; it is being written, or its writer failed"]);
        }

        var block = new StoredBlock(tenant, id, compacted is null ? BlockState.Live : BlockState.Compacted, null, compacted?.LastModified, objects, []);
        if (described.Size > MaxMetaBytes)
        {
            return block with { Problems = [$"{Name(described)} has {described.Size} bytes: that is no description of a block"] };
        }

        try
        {
            var meta = BlockMeta.Parse(await store.ReadAsync(described.Key, ct));
            var problems = new List<string>();
            if (meta.BlockId != id || meta.TenantId != tenant)
            {
                problems.Add($"{Name(described)} describes {meta.Name}, not {tenant}/{id:d}");
            }

            return block with { Meta = meta with { BlockId = id, TenantId = tenant }, Problems = problems };
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
        catch (FormatException e)
        {
            return block with { Problems = [$"{Name(described)}: {e.Message}"] };
        }
    }

    private static string Name(StoredObject entry) => entry.Key[(entry.Key.LastIndexOf('/') + 1)..];

    private static string Names(List<StoredObject> objects)
    {
        const int most = 3;
        return string.Join(", ", objects.Take(most).Select(Name)) + (objects.Count > most ? ", …" : "");
    }
}
