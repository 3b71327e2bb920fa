using System.Collections.Concurrent;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Opens ways to stacks, and holds those of runs.</summary>
internal sealed class OpenForwards(ClusterConnector connector, IConfiguration configuration, TimeProvider time, ILogger<StackReach> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, StackReach> _byRun = new(StringComparer.Ordinal);

    /// <summary>Whether the other services could reach what would be opened.</summary>
    /// <exception cref="DiagnosticException">TC373: they could not.</exception>
    public void Check(ClusterConnection cluster, ReachOptions? options)
    {
        if (ReachedBy.Of(options?.By ?? ReachBy.Unspecified, cluster) != ReachedBy.InCluster)
        {
            ListenAddress.Of(configuration);
        }
    }

    /// <summary>Ways that the caller closes, or has held.</summary>
    public async Task<StackReach> OpenAsync(StackManifest manifest, ReachOptions? options, CancellationToken cancellationToken) =>
        await StackReach.OpenAsync(await connector.ConnectAsync(cancellationToken), manifest, options ?? new ReachOptions(), configuration, time, logger, cancellationToken);

    public async Task HoldAsync(string runId, StackReach reach)
    {
        await CloseAsync(runId);
        _byRun[runId] = reach;
    }

    /// <summary>The ways by which a run reaches its stack; null when none is open.</summary>
    public StackReach? Endpoints(string runId) => _byRun.GetValueOrDefault(runId);

    public async Task<bool> CloseAsync(string runId)
    {
        if (!_byRun.TryRemove(runId, out var reach))
        {
            return false;
        }

        await reach.DisposeAsync();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runId in _byRun.Keys)
        {
            await CloseAsync(runId);
        }
    }
}
