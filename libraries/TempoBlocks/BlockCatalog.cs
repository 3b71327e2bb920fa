using System.Collections.Concurrent;

namespace TempoCos.TempoBlocks;

/// <summary>Tenants and their blocks, straight from the store's listing.</summary>
public sealed class BlockCatalog(IBlockStore store)
{
    private const int ParallelReads = 16;

    /// <summary>The tenants: the folders at the root.</summary>
    public async Task<IReadOnlyList<string>> ListTenantsAsync(CancellationToken ct) => await store.ListFoldersAsync("", ct);

    /// <summary>Everything that the tenant's folder says, damaged descriptions included.</summary>
    /// <param name="tenant">The tenant's id, the first folder.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="known">An earlier listing: descriptions never change, so that those which it has are not read again.</param>
    public async Task<BlockListing> ListAsync(string tenant, CancellationToken ct, BlockListing? known = null)
    {
        var folder = new TenantFolder();
        await foreach (var entry in store.ListAsync(tenant + "/", ct))
        {
            folder.Add(entry);
        }

        var live = (known?.Live ?? []).ToDictionary(m => m.BlockId);
        var compacted = (known?.Compacted ?? []).ToDictionary(c => c.Meta.BlockId, c => c.Meta);
        var found = new ConcurrentBag<(StoredObject Entry, BlockMeta? Meta, BlockFormatException? Damage)>();
        await Parallel.ForEachAsync(folder.Descriptions, new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = ct }, async (description, token) =>
        {
            var (block, entry, isLive) = description;
            try
            {
                var meta = (isLive ? live : compacted).GetValueOrDefault(block) ?? await ReadAsync(entry.Key, token);
                found.Add((entry, meta, null));
            }
            catch (ObjectNotFoundException)
            {
                // Compacted or deleted between listing and reading.
            }
            catch (BlockFormatException e)
            {
                found.Add((entry, null, e));
            }
        });
        var sorted = found.OrderBy(f => f.Entry.Key, StringComparer.Ordinal).ToList();
        return new BlockListing(
            [.. sorted.Where(f => f.Meta is not null && TenantFolder.IsLive(f.Entry.Key)).Select(f => f.Meta!)],
            [.. sorted.Where(f => f.Meta is not null && !TenantFolder.IsLive(f.Entry.Key)).Select(f => new CompactedBlock(f.Meta!, f.Entry.LastModified))],
            [.. sorted.Where(f => f.Damage is not null).Select(f => f.Damage!)])
        {
            Held = folder.Held,
            Unpublished = folder.Unpublished,
        };
    }

    /// <summary>The live blocks; damaged descriptions are left out (see <see cref="ListAsync"/>).</summary>
    public async Task<IReadOnlyList<BlockMeta>> ListBlocksAsync(string tenant, CancellationToken ct) => (await ListAsync(tenant, ct)).Live;

    /// <summary>The compacted blocks that are still there, with the time of their marking.</summary>
    public async Task<IReadOnlyList<CompactedBlock>> ListCompactedAsync(string tenant, CancellationToken ct) =>
        (await ListAsync(tenant, ct)).Compacted;

    /// <summary>A live block's description, or null when there is no such live block.</summary>
    /// <exception cref="BlockFormatException">It cannot be read.</exception>
    public async Task<BlockMeta?> ReadMetaAsync(string tenant, Guid block, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(BlockKeys.Meta(tenant, block), ct);
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Takes a live block out of use: meta.json becomes meta.compacted.json. Doing it twice is fine.</summary>
    public async Task MarkCompactedAsync(string tenant, Guid block, CancellationToken ct)
    {
        try
        {
            await store.CopyAsync(BlockKeys.Meta(tenant, block), BlockKeys.CompactedMeta(tenant, block), ct);
        }
        catch (ObjectNotFoundException)
        {
            return;
        }

        await store.DeleteAsync(BlockKeys.Meta(tenant, block), ct);
    }

    /// <summary>Deletes every object of a block, live or compacted; its descriptions go first, so that no reader meets half a block.</summary>
    public async Task DeleteBlockAsync(string tenant, Guid block, CancellationToken ct)
    {
        await store.DeleteAsync(BlockKeys.Meta(tenant, block), ct);
        var rest = new List<string>();
        await foreach (var entry in store.ListAsync(BlockKeys.Folder(tenant, block), ct))
        {
            rest.Add(entry.Key);
        }

        foreach (var key in rest)
        {
            await store.DeleteAsync(key, ct);
        }
    }

    /// <summary>
    /// Deletes what writers left that were killed: blocks without a description and unfinished writes, untouched since <paramref name="before"/>.
    /// Returns the number of blocks.
    /// </summary>
    public async Task<int> DeleteAbandonedAsync(string tenant, BlockListing listing, DateTimeOffset before, CancellationToken ct)
    {
        var deleted = 0;
        foreach (var block in listing.Unpublished.Where(b => b.LastWritten < before))
        {
            // Published since the listing: then it is not abandoned.
            if (await ReadMetaAsync(tenant, block.Block, ct) is null)
            {
                await DeleteBlockAsync(tenant, block.Block, ct);
                deleted++;
            }
        }

        await store.DeleteUnfinishedAsync(tenant + "/", before, ct);
        return deleted;
    }

    /// <summary>Deletes both forms of the tenant's index.</summary>
    public async Task DeleteTenantIndexAsync(string tenant, CancellationToken ct)
    {
        await store.DeleteAsync(BlockKeys.IndexProto(tenant), ct);
        await store.DeleteAsync(BlockKeys.IndexJson(tenant), ct);
    }

    /// <summary>Writes both forms of the tenant's index.</summary>
    public async Task WriteTenantIndexAsync(string tenant, TenantIndex index, CancellationToken ct)
    {
        await store.WriteAsync(BlockKeys.IndexProto(tenant), index.ToProto(), ct);
        await store.WriteAsync(BlockKeys.IndexJson(tenant), index.ToJson(), ct);
    }

    /// <summary>The tenant's index, from the protobuf form or else from the JSON form; null when there is neither.</summary>
    /// <exception cref="BlockFormatException">It cannot be read.</exception>
    public async Task<TenantIndex?> ReadTenantIndexAsync(string tenant, CancellationToken ct) =>
        await ReadIndexAsync(BlockKeys.IndexProto(tenant), TenantIndex.ParseProto, ct)
        ?? await ReadIndexAsync(BlockKeys.IndexJson(tenant), TenantIndex.ParseJson, ct);

    private async Task<BlockMeta> ReadAsync(string key, CancellationToken ct)
    {
        var bytes = await store.ReadAsync(key, ct);
        try
        {
            return BlockMeta.Parse(bytes);
        }
        catch (FormatException e)
        {
            throw new BlockFormatException(key, e.Message, e);
        }
    }

    private async Task<TenantIndex?> ReadIndexAsync(string key, Func<byte[], TenantIndex> parse, CancellationToken ct)
    {
        try
        {
            return parse(await store.ReadAsync(key, ct));
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
        catch (FormatException e)
        {
            throw new BlockFormatException(key, e.Message, e);
        }
    }
}
