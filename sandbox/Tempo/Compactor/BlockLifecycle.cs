using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Querier;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Compactor;

/// <summary>Compaction, and retention: live blocks past their time are marked compacted, compacted ones are deleted after a grace.</summary>
public sealed partial class BlockLifecycle(
    IBlockStore store, Blocklist blocklist, CompactorSettings settings, TempoMetrics metrics, TimeProvider time, ILogger<BlockLifecycle> logger)
{
    private static readonly TimeSpan LongestCycle = TimeSpan.FromMinutes(5);
    private readonly BlockCatalog _catalog = new(store);
    private readonly BlockCompactor _compactor = new(store, new BlockWriterOptions());

    /// <summary>Combines blocks, one group after the other, every cycle in which this compactor owns the work.</summary>
    public async Task CompactPeriodicallyAsync(Func<bool> owns, CancellationToken cancellationToken)
    {
        if (settings.CompactionDisabled)
        {
            return;
        }

        var cycle = settings.CompactionCycle > TimeSpan.Zero && settings.CompactionCycle < LongestCycle ? settings.CompactionCycle : LongestCycle;
        using var timer = new PeriodicTimer(cycle, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                foreach (var tenant in blocklist.Tenants.Where(_ => owns()))
                {
                    await CompactAsync(tenant, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The component stops; inputs of an unfinished compaction stay live.
        }
    }

    private async Task CompactAsync(string tenant, CancellationToken cancellationToken)
    {
        try
        {
            // From the listing, not from the last poll: what was combined since must not be combined again.
            var listing = await _catalog.ListAsync(tenant, cancellationToken);
            if (CompactionPlan.Next(listing.Live, settings, time.GetUtcNow()) is not { Count: > 0 } inputs)
            {
                return;
            }

            var level = $"{inputs.Max(meta => meta.CompactionLevel)}";
            var output = await _compactor.CompactAsync(inputs, cancellationToken);
            metrics.CompactionBlocks.Add(inputs.Count, level);
            metrics.CompactionObjects.Add(output.TotalObjects, level);
            metrics.CompactionBytes.Add(output.Size, level);
            Log.Compacted(logger, string.Join(", ", inputs.Select(meta => meta.BlockId)), output.Name, output.TotalObjects);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.CompactionErrors.Increment();
            Log.CompactionFailed(logger, tenant, exception.Message);
        }
    }

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
        [LoggerMessage(Level = LogLevel.Information, Message = "combined {Inputs} into {Output}: {Traces} traces")]
        public static partial void Compacted(ILogger logger, string inputs, string output, long traces);

        [LoggerMessage(Level = LogLevel.Error, Message = "compaction for tenant {Tenant} failed: {Reason}")]
        public static partial void CompactionFailed(ILogger logger, string tenant, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "block {Block} is past retention: marked")]
        public static partial void Marked(ILogger logger, string block);

        [LoggerMessage(Level = LogLevel.Information, Message = "block {Block} deleted")]
        public static partial void Deleted(ILogger logger, string block);

        [LoggerMessage(Level = LogLevel.Error, Message = "retention for tenant {Tenant} failed: {Reason}")]
        public static partial void Failed(ILogger logger, string tenant, string reason);
    }
}
