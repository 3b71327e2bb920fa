using TempoCos.QueryVerifier.Ladder;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>What Tempo itself says which blocks there are: the tenant's index, which its compactor writes and its queriers read.</summary>
internal static class BlockIndex
{
    public static async Task<TenantIndex?> ReadAsync(Climb climb, CancellationToken ct)
    {
        try
        {
            return await new BlockCatalog(climb.Bucket.Store).ReadTenantIndexAsync(climb.Order.BlockTenant, ct);
        }
        catch (BlockFormatException exception)
        {
            throw new InvalidOperationException(exception.Message.TrimEnd('.'), exception);
        }
    }

    /// <summary>Reads it again and again until it names every live block that holds something of the manifest, and none of <paramref name="gone"/> as live.</summary>
    /// <returns>The index as last read, what is still amiss (empty = nothing), and why the last look got no answer.</returns>
    public static async Task<(TenantIndex? Index, IReadOnlyList<string> Amiss, string? Error)> UntilAsync(
        Climb climb, IReadOnlySet<Guid> gone, Deadline deadline, CancellationToken ct)
    {
        TenantIndex? index = null;
        IReadOnlyList<string> amiss = ["there is no tenant index"];
        var (_, error) = await Asking.UntilAsync(
            deadline,
            async () =>
            {
                index = await ReadAsync(climb, ct);
                await climb.Scan.LookAsync(ct);
                amiss = index is null ? ["there is no tenant index"] : [.. Amiss(index, climb.Scan.Covering.Select(finding => finding.Meta), gone)];
                return amiss.Count == 0;
            },
            ct);
        return (index, amiss, error);
    }

    private static IEnumerable<string> Amiss(TenantIndex index, IEnumerable<BlockMeta> live, IReadOnlySet<Guid> gone)
    {
        var listed = index.Live.ToDictionary(meta => meta.BlockId);
        foreach (var meta in live)
        {
            if (!listed.TryGetValue(meta.BlockId, out var known))
            {
                yield return $"block {meta.BlockId} is not listed";
            }
            else if ((known.Size, known.TotalObjects, known.CompactionLevel) != (meta.Size, meta.TotalObjects, meta.CompactionLevel))
            {
                yield return $"block {meta.BlockId} is listed with {known.Size} bytes, {known.TotalObjects} traces, level {known.CompactionLevel}, but has {meta.Size}, {meta.TotalObjects}, {meta.CompactionLevel}";
            }
        }

        foreach (var block in index.Live.Select(meta => meta.BlockId).Where(gone.Contains))
        {
            yield return $"block {block} is still listed as live";
        }
    }
}
