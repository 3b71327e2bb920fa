namespace TempoCos.TempoBlocks;

/// <summary>Tenants and their blocks, straight from the store's listing.</summary>
public sealed class BlockCatalog(IBlockStore store)
{
    /// <summary>The tenants: the folders at the root.</summary>
    public async Task<IReadOnlyList<string>> ListTenantsAsync(CancellationToken ct) => await store.ListFoldersAsync("", ct);

    /// <summary>Everything that the tenant's folder says, damaged descriptions included.</summary>
    public async Task<BlockListing> ListAsync(string tenant, CancellationToken ct)
    {
        var live = new List<BlockMeta>();
        var compacted = new List<CompactedBlock>();
        var damaged = new List<BlockFormatException>();
        await foreach (var entry in store.ListAsync(tenant + "/", ct))
        {
            if (entry.Key.Split('/') is not [_, var folder, "meta.json" or "meta.compacted.json"] || !Guid.TryParseExact(folder, "d", out _))
            {
                continue;
            }

            try
            {
                var meta = await ReadAsync(entry.Key, ct);
                if (entry.Key.EndsWith("/meta.json", StringComparison.Ordinal))
                {
                    live.Add(meta);
                }
                else
                {
                    compacted.Add(new CompactedBlock(meta, entry.LastModified));
                }
            }
            catch (ObjectNotFoundException)
            {
                // Compacted or deleted between listing and reading.
            }
            catch (BlockFormatException e)
            {
                damaged.Add(e);
            }
        }

        // A block may be seen in both states while it is being marked: then it is compacted.
        var gone = compacted.Select(c => c.Meta.BlockId).ToHashSet();
        return new BlockListing([.. live.Where(m => !gone.Contains(m.BlockId))], compacted, damaged);
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
