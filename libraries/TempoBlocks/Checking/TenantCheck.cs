namespace TempoCos.TempoBlocks.Checking;

/// <summary>What is wrong with a tenant's index objects, by themselves and against the tenant's blocks.</summary>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="IndexCreated">When the index that readers take was written; null without a readable one.</param>
/// <param name="Problems">One sentence each; empty when the indexes are sound, or not there (then Tempo lists the blocks itself).</param>
public sealed record TenantCheck(string Tenant, DateTimeOffset? IndexCreated, IReadOnlyList<string> Problems)
{
    // A builder polls, then writes: what was published shortly before may be missing in what it wrote.
    private static readonly TimeSpan Polling = TimeSpan.FromMinutes(10);

    /// <summary>Reads both index objects and compares them with the blocks. Being behind the blocks is no damage.</summary>
    public static async Task<TenantCheck> RunAsync(IBlockStore store, TenantInventory inventory, CancellationToken ct)
    {
        var problems = new List<string>();
        DateTimeOffset? created = null;
        foreach (var entry in inventory.Indexes.OrderByDescending(i => i.Key, StringComparer.Ordinal))
        {
            var name = entry.Key[(inventory.Tenant.Length + 1)..];
            try
            {
                var content = await store.ReadAsync(entry.Key, ct);
                var index = entry.Key == BlockKeys.IndexProto(inventory.Tenant) ? TenantIndex.ParseProto(content) : TenantIndex.ParseJson(content);
                created ??= index.CreatedAt;
                problems.AddRange(Compare(name, index, inventory));
            }
            catch (ObjectNotFoundException)
            {
                // Rewritten or deleted since the listing.
            }
            catch (FormatException e)
            {
                problems.Add($"{name}: {e.Message}");
            }
        }

        return new TenantCheck(inventory.Tenant, created, problems);
    }

    private static IEnumerable<string> Compare(string name, TenantIndex index, TenantInventory inventory)
    {
        var blocks = inventory.Blocks.ToDictionary(b => b.Id);
        foreach (var listed in index.Live)
        {
            if (!blocks.TryGetValue(listed.BlockId, out var block) || block.State == BlockState.Unpublished)
            {
                yield return $"{name} lists block {listed.BlockId:d}, which is not there";
            }
            else if (block.Meta is { } meta && (meta.Size, meta.TotalObjects, meta.TotalRecords, meta.FooterSize, meta.BloomShards) !=
                (listed.Size, listed.TotalObjects, listed.TotalRecords, listed.FooterSize, listed.BloomShards))
            {
                yield return $"{name} describes block {listed.BlockId:d} otherwise than the block's own description";
            }
        }

        var known = index.Live.Concat(index.Compacted.Select(c => c.Meta)).Select(m => m.BlockId).ToHashSet();
        foreach (var block in inventory.Blocks.Where(b => b.State == BlockState.Live && !known.Contains(b.Id)))
        {
            var published = block.Objects.First(o => o.Key == BlockKeys.Meta(block.Tenant, block.Id)).LastModified;
            if (published < index.CreatedAt - Polling)
            {
                yield return $"{name} does not list block {block.Id:d}, which was there long before it";
            }
        }
    }
}
