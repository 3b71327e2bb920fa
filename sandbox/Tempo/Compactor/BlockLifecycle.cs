using System.Collections.Concurrent;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Querier;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Compactor;

/// <summary>Compaction: every cycle the jobs of one tenant, one after the other, as far as this compactor owns them.</summary>
public sealed partial class BlockLifecycle(
    IBlockStore store,
    Blocklist blocklist,
    JobOwnership ownership,
    Func<string, CompactionLimits> limits,
    CompactorSettings settings,
    TempoMetrics metrics,
    TimeProvider time,
    ILogger<BlockLifecycle> logger)
{
    private static readonly TimeSpan DefaultCycle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OwnershipCheck = TimeSpan.FromSeconds(1);
    private readonly BlockCatalog _catalog = new(store);
    private readonly ConcurrentDictionary<string, BlockListing> _listings = new();
    private int _turn;

    /// <summary>Runs until cancelled; a cycle that takes longer than its time is followed by the next at once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (settings.CompactionDisabled)
        {
            return;
        }

        using var timer = new PeriodicTimer(settings.CompactionCycle > TimeSpan.Zero ? settings.CompactionCycle : DefaultCycle, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await CycleAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The component stops; inputs of an unfinished compaction stay live.
        }
    }

    /// <summary>The next tenant's jobs, until none is left or its time is up.</summary>
    public async Task CycleAsync(CancellationToken cancellationToken)
    {
        List<string> tenants = [.. blocklist.Tenants.Order(StringComparer.Ordinal)];
        if (tenants.Count == 0)
        {
            return;
        }

        _turn = (_turn + 1) % tenants.Count;
        var tenant = tenants[_turn];
        var tenantLimits = limits(tenant);
        if (tenantLimits.Disabled)
        {
            return;
        }

        try
        {
            await CompactAsync(tenant, tenantLimits, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.CompactionErrors.Increment();
            Log.Failed(logger, tenant, exception.Message);
        }
    }

    private async Task CompactAsync(string tenant, CompactionLimits tenantLimits, CancellationToken cancellationToken)
    {
        // From the listing, not from the last poll: what was combined since must not be combined again.
        var listing = _listings[tenant] = await _catalog.ListAsync(tenant, cancellationToken, _listings.GetValueOrDefault(tenant));
        var window = tenantLimits.Window > TimeSpan.Zero ? tenantLimits.Window : settings.CompactionWindow;
        var live = listing.Live.Where(meta => !listing.Held.Contains(meta.BlockId)).ToList();
        var jobs = CompactionPlan.Jobs(live, settings, window, time.GetUtcNow()).Where(job => ownership.Owns(job.Hash)).ToList();
        var started = time.GetTimestamp();
        var done = 0;
        foreach (var job in jobs)
        {
            await CompactAsync(tenant, job, tenantLimits.MaxBytesPerTrace, cancellationToken);
            done++;
            if (time.GetElapsedTime(started) > settings.MaxTimePerTenant)
            {
                break;
            }
        }

        metrics.CompactionOutstanding.Set(jobs.Skip(done).Sum(job => job.Inputs.Count), tenant);
    }

    private async Task CompactAsync(string tenant, CompactionJob job, long maxBytesPerTrace, CancellationToken cancellationToken)
    {
        using var owned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var watch = time.CreateTimer(_ => GiveUpUnlessOwned(job, owned), null, OwnershipCheck, OwnershipCheck);
        var tally = new CompactionTally();
        try
        {
            var compactor = new BlockCompactor(store, new BlockWriterOptions()) { MaxBytesPerTrace = maxBytesPerTrace };
            var output = await compactor.CompactAsync(job.Inputs, owned.Token, tally);
            metrics.CompactionBlocks.Add(job.Inputs.Count, job.Level);
            metrics.CompactionObjects.Add(output.TotalObjects, job.Level);
            metrics.CompactionBytes.Add(output.Size, job.Level);
            metrics.CompactionCombined.Add(tally.CombinedTraces, job.Level);
            metrics.CompactionSpansCombined.Add(tally.RepeatedSpans, $"{output.ReplicationFactor}");
            Log.Compacted(logger, string.Join(", ", job.Inputs.Select(meta => meta.BlockId)), output.Name, output.TotalObjects);
            if (tally.DiscardedSpans > 0)
            {
                metrics.DiscardedSpans.Add(tally.DiscardedSpans, "trace_too_large_to_compact", tenant);
                Log.Discarded(logger, tenant, tally.DiscardedSpans);
            }
        }
        catch (ObjectNotFoundException exception)
        {
            Log.Gone(logger, tenant, exception.Key);
        }
        catch (OperationCanceledException) when (owned.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Log.Lost(logger, tenant, job.Hash);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.CompactionErrors.Increment();
            Log.Failed(logger, tenant, exception.Message);
        }
    }

    private void GiveUpUnlessOwned(CompactionJob job, CancellationTokenSource owned)
    {
        try
        {
            if (!ownership.Owns(job.Hash))
            {
                owned.Cancel();
            }
        }
        catch (ObjectDisposedException)
        {
            // The job ended meanwhile.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "combined {Inputs} into {Output}: {Traces} traces")]
        public static partial void Compacted(ILogger logger, string inputs, string output, long traces);

        [LoggerMessage(Level = LogLevel.Warning, Message = "tenant {Tenant} has traces too large to combine: {Spans} spans of them are left out")]
        public static partial void Discarded(ILogger logger, string tenant, long spans);

        [LoggerMessage(Level = LogLevel.Warning, Message = "compaction for tenant {Tenant} found {Key} gone; the next cycle looks again")]
        public static partial void Gone(ILogger logger, string tenant, string key);

        [LoggerMessage(Level = LogLevel.Warning, Message = "another compactor now owns job {Job} of tenant {Tenant}: given up")]
        public static partial void Lost(ILogger logger, string tenant, string job);

        [LoggerMessage(Level = LogLevel.Error, Message = "compaction for tenant {Tenant} failed: {Reason}")]
        public static partial void Failed(ILogger logger, string tenant, string reason);
    }
}
