using System.Collections.Concurrent;

namespace TempoCos.TempoStackDeployer;

/// <summary>
/// One call a run at a time. A caller that gives up and undeploys at once must find the deployment ended: a creation still in flight would
/// otherwise come to light after the clean-up looked.
/// </summary>
internal sealed class RunGates
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    public async Task<IDisposable> EnterAsync(string runId, CancellationToken cancellationToken)
    {
        var gate = _gates.GetOrAdd(runId, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        return new Pass(gate);
    }

    private sealed class Pass(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
