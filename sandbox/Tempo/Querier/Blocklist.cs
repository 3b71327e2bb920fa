using System.Collections.Concurrent;
using TempoCos.Tempo.Compactor;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Querier;

/// <summary>
/// Which blocks there are, polled periodically: from the tenant index that a compactor writes, or from the bucket's listing when
/// there is none or it is old. In the compactors that own the tenant's index it is the listing that counts, and the index is written.
/// </summary>
public sealed partial class Blocklist(IBlockStore store, StorageSettings settings, JobOwnership? builders, TempoMetrics metrics, TimeProvider time, ILogger<Blocklist> logger)
{
    private readonly BlockCatalog _catalog = new(store);
    private readonly ConcurrentDictionary<string, BlockListing> _listings = new();
    private volatile Dictionary<string, TenantBlocks> _tenants = [];

    /// <summary>After each poll that succeeded.</summary>
    public event Action? Polled;

    public IEnumerable<string> Tenants => _tenants.Keys;

    public TenantBlocks Tenant(string tenant) => _tenants.GetValueOrDefault(tenant, TenantBlocks.None);

    /// <summary>What the last poll listed of a tenant; null when the tenant's index told enough.</summary>
    public BlockListing? Listing(string tenant) => _listings.GetValueOrDefault(tenant);

    public async Task RunAsync(Func<CancellationToken, Task> afterPoll, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(settings.BlocklistPoll > TimeSpan.Zero ? settings.BlocklistPoll : TimeSpan.FromMinutes(5), time);
        try
        {
            do
            {
                await PollAsync(cancellationToken);
                await afterPoll(cancellationToken);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The component stops.
        }
    }

    public async Task PollAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var found = new Dictionary<string, TenantBlocks>();
        try
        {
            foreach (var tenant in await _catalog.ListTenantsAsync(cancellationToken))
            {
                found[tenant] = await PollAsync(tenant, cancellationToken);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.BlocklistPollErrors.Increment("");
            Log.PollFailed(logger, "", exception.Message);
            return;
        }

        _tenants = found;
        Polled?.Invoke();
        metrics.BlocklistPolls.Increment();
        metrics.BlocklistPollSeconds.Add(time.GetElapsedTime(started).TotalSeconds);
        foreach (var (tenant, blocks) in found)
        {
            metrics.BlocklistLength.Set(blocks.Live.Count, tenant);
            metrics.BackendObjects.Set(blocks.Live.Sum(meta => meta.TotalObjects), tenant, "live");
            metrics.BackendObjects.Set(blocks.Compacted.Sum(block => block.Meta.TotalObjects), tenant, "compacted");
            metrics.BackendBytes.Set(blocks.Live.Sum(meta => meta.Size), tenant, "live");
            metrics.BackendBytes.Set(blocks.Compacted.Sum(block => block.Meta.Size), tenant, "compacted");
        }
    }

    private async Task<TenantBlocks> PollAsync(string tenant, CancellationToken cancellationToken)
    {
        try
        {
            var builds = Builds(tenant);
            metrics.TenantIndexBuilder.Set(builds ? 1 : 0, tenant);
            if (!builds && await FromIndexAsync(tenant, cancellationToken) is { } known)
            {
                _listings.TryRemove(tenant, out _);
                return known;
            }

            var listing = _listings[tenant] = await _catalog.ListAsync(tenant, cancellationToken, _listings.GetValueOrDefault(tenant));
            foreach (var damaged in listing.Damaged)
            {
                Log.PollFailed(logger, tenant, damaged.Message);
            }

            if (builds && listing.Live.Count + listing.Compacted.Count == 0)
            {
                await _catalog.DeleteTenantIndexAsync(tenant, cancellationToken);
            }
            else if (builds)
            {
                metrics.TenantIndexAge.Set(0, tenant);
                await _catalog.WriteTenantIndexAsync(tenant, new(time.GetUtcNow(), listing.Live, listing.Compacted), cancellationToken);
            }

            return new(listing.Live, listing.Compacted);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // One tenant that cannot be read keeps its last known blocks; the others go on.
            metrics.BlocklistPollErrors.Increment(tenant);
            Log.PollFailed(logger, tenant, exception.Message);
            return Tenant(tenant);
        }
    }

    private async Task<TenantBlocks?> FromIndexAsync(string tenant, CancellationToken cancellationToken)
    {
        try
        {
            if (await _catalog.ReadTenantIndexAsync(tenant, cancellationToken) is not { } index)
            {
                return null;
            }

            var age = time.GetUtcNow() - index.CreatedAt;
            metrics.TenantIndexAge.Set(age.TotalSeconds, tenant);
            return settings.StaleTenantIndex > TimeSpan.Zero && age > settings.StaleTenantIndex ? null : new(index.Live, index.Compacted);
        }
        catch (BlockFormatException exception)
        {
            metrics.TenantIndexErrors.Increment(tenant);
            Log.PollFailed(logger, tenant, exception.Message);
            return null;
        }
    }

    private bool Builds(string tenant)
    {
        for (var i = 0; i < settings.TenantIndexBuilders && builders is not null; i++)
        {
            if (builders.Owns($"build-tenant-index-{i}-{tenant}"))
            {
                return true;
            }
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "polling the blocklist of tenant '{Tenant}' failed: {Reason}")]
        public static partial void PollFailed(ILogger logger, string tenant, string reason);
    }
}
