using System.Collections.Concurrent;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>The ways that are open, by run.</summary>
internal sealed class OpenForwards : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, StackReach> _byRun = new(StringComparer.Ordinal);

    public async Task HoldAsync(string runId, StackReach reach)
    {
        await CloseAsync(runId);
        _byRun[runId] = reach;
    }

    /// <summary>Where a run reaches its TempoStack; null when no way is open.</summary>
    public TempoEndpoints? Endpoints(string runId) => _byRun.GetValueOrDefault(runId)?.Endpoints;

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
