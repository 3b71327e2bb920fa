using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Querier;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Compactor;

/// <summary>
/// Retention: live blocks past their time are marked compacted, compacted ones are deleted after a grace, and what killed writers left is cleared
/// away.
/// </summary>
public sealed partial class BlockRetention(
    IBlockStore store,
    Blocklist blocklist,
    JobOwnership ownership,
    Func<string, CompactionLimits> limits,
    CompactorSettings settings,
    TempoMetrics metrics,
    TimeProvider time,
    ILogger<BlockRetention> logger)
{
    // An upload that is still going on must not be taken for abandoned.
    private static readonly TimeSpan ShortestAbandonment = TimeSpan.FromHours(1);
    private readonly BlockCatalog _catalog = new(store);

    /// <summary>One round over all tenants; one that fails does not keep the others from theirs.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (settings.CompactionDisabled)
        {
            return;
        }

        foreach (var tenant in blocklist.Tenants)
        {
            var tenantLimits = limits(tenant);
            if (tenantLimits.Disabled)
            {
                continue;
            }

            var retention = tenantLimits.Retention > TimeSpan.Zero ? tenantLimits.Retention : settings.BlockRetention;
            try
            {
                await RetainAsync(tenant, retention, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                metrics.RetentionErrors.Increment();
                Log.Failed(logger, tenant, exception.Message);
            }
        }
    }

    private async Task RetainAsync(string tenant, TimeSpan retention, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var blocks = blocklist.Tenant(tenant);
        foreach (var meta in blocks.Live.Where(meta => retention > TimeSpan.Zero && meta.EndTime < now - retention && Owns(meta)))
        {
            await _catalog.MarkCompactedAsync(tenant, meta.BlockId, cancellationToken);
            metrics.RetentionMarked.Increment();
            Log.Marked(logger, meta.Name);
        }

        foreach (var block in blocks.Compacted.Where(block => block.CompactedTime < now - settings.CompactedBlockRetention && Owns(block.Meta)))
        {
            await _catalog.DeleteBlockAsync(tenant, block.Meta.BlockId, cancellationToken);
            metrics.RetentionDeleted.Increment();
            Log.Deleted(logger, block.Meta.Name);
        }

        if (ownership.Owns($"abandoned-{tenant}"))
        {
            var grace = settings.CompactedBlockRetention > ShortestAbandonment ? settings.CompactedBlockRetention : ShortestAbandonment;
            var listing = blocklist.Listing(tenant) ?? await _catalog.ListAsync(tenant, cancellationToken);
            var cleared = await _catalog.DeleteAbandonedAsync(tenant, listing, now - grace, cancellationToken);
            if (cleared > 0)
            {
                Log.Cleared(logger, cleared, tenant);
            }
        }
    }

    private bool Owns(BlockMeta meta) => ownership.Owns($"{meta.BlockId:d}");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "block {Block} is past retention: marked")]
        public static partial void Marked(ILogger logger, string block);

        [LoggerMessage(Level = LogLevel.Information, Message = "block {Block} deleted")]
        public static partial void Deleted(ILogger logger, string block);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Blocks} unfinished blocks of tenant {Tenant} deleted")]
        public static partial void Cleared(ILogger logger, int blocks, string tenant);

        [LoggerMessage(Level = LogLevel.Error, Message = "retention for tenant {Tenant} failed: {Reason}")]
        public static partial void Failed(ILogger logger, string tenant, string reason);
    }
}
