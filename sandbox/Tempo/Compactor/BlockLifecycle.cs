using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Querier;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Compactor;

/// <summary>Retention: live blocks past their time are marked compacted, compacted ones are deleted after a grace.</summary>
public sealed partial class BlockLifecycle(
    IBlockStore store, Blocklist blocklist, CompactorSettings settings, TempoMetrics metrics, TimeProvider time, ILogger<BlockLifecycle> logger)
{
    private readonly BlockCatalog _catalog = new(store);

    public async Task RetainAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in blocklist.Tenants)
        {
            try
            {
                var now = time.GetUtcNow();
                var blocks = blocklist.Tenant(tenant);
                foreach (var meta in blocks.Live.Where(meta => settings.BlockRetention > TimeSpan.Zero && meta.EndTime < now - settings.BlockRetention))
                {
                    await _catalog.MarkCompactedAsync(tenant, meta.BlockId, cancellationToken);
                    metrics.RetentionMarked.Increment();
                    Log.Marked(logger, meta.Name);
                }

                foreach (var block in blocks.Compacted.Where(block => block.CompactedTime < now - settings.CompactedBlockRetention))
                {
                    await _catalog.DeleteBlockAsync(tenant, block.Meta.BlockId, cancellationToken);
                    metrics.RetentionDeleted.Increment();
                    Log.Deleted(logger, block.Meta.Name);
                }
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                metrics.RetentionErrors.Increment();
                Log.Failed(logger, tenant, exception.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "block {Block} is past retention: marked")]
        public static partial void Marked(ILogger logger, string block);

        [LoggerMessage(Level = LogLevel.Information, Message = "block {Block} deleted")]
        public static partial void Deleted(ILogger logger, string block);

        [LoggerMessage(Level = LogLevel.Error, Message = "retention for tenant {Tenant} failed: {Reason}")]
        public static partial void Failed(ILogger logger, string tenant, string reason);
    }
}
