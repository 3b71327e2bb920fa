using TempoCos.Pipeline.Blocks;

namespace TempoCos.Pipeline.Cost;

/// <summary>What stands in a store of blocks, as far as it costs something.</summary>
internal sealed record StoredBlocks(int Tenants, long Blocks, decimal Bytes, int BloomShards)
{
    private const string Live = "meta.json";
    private const string Bloom = "bloom-";

    /// <summary>Counts by listing alone: no description is read, and one block at a time is remembered.</summary>
    public static async Task<StoredBlocks> CountAsync(BlockSession session)
    {
        var (tenants, blocks, bytes, shards) = (0, 0L, 0m, 1);
        foreach (var tenant in await session.TenantsAsync())
        {
            session.Progress.Say($"listing {tenant}");
            var (folder, size, blooms, isLive, any) = ("", 0m, 0, false, false);
            await foreach (var entry in session.Store.ListAsync($"{tenant}/", session.Token))
            {
                if (entry.Key.Split('/') is not [_, var block, var name] || !Guid.TryParseExact(block, "d", out _))
                {
                    continue;
                }

                if (block != folder)
                {
                    Close();
                    (folder, size, blooms, isLive) = (block, 0, 0, false);
                }

                size += entry.Size;
                blooms += name.StartsWith(Bloom, StringComparison.Ordinal) ? 1 : 0;
                isLive |= name == Live;
            }

            Close();
            tenants += any ? 1 : 0;

            void Close()
            {
                if (isLive)
                {
                    (blocks, bytes, shards, any) = (blocks + 1, bytes + size, Math.Max(shards, blooms), true);
                }
            }
        }

        return new StoredBlocks(tenants, blocks, bytes, shards);
    }
}
