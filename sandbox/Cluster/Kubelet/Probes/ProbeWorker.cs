using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet.Probes;

/// <summary>
/// Asks one probe for as long as its run lasts. An eager one is also asked between the times of its specification until it first succeeds:
/// what succeeds there counts, what fails does not.
/// </summary>
public sealed class ProbeWorker(ProbeSettings settings, ProbeAction action, TimeProvider time, bool eager)
{
    private static readonly TimeSpan EagerPeriod = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan EagerCommandPeriod = TimeSpan.FromSeconds(1);

    /// <param name="ports">Where the pod's ports are now.</param>
    /// <param name="decided">Told of each result that the thresholds make; answers whether to go on.</param>
    /// <param name="failed">Told of each failure that counts.</param>
    public async Task RunAsync(IContainerRun run, Func<IReadOnlyList<PortMapping>> ports, Func<bool, bool> decided, Action<string> failed, CancellationToken over)
    {
        var begun = time.GetTimestamp();
        var due = settings.InitialDelay;
        var (successes, failures) = (0, 0);
        var hurries = eager;
        while (!over.IsCancellationRequested)
        {
            var elapsed = time.GetElapsedTime(begun);
            var counts = elapsed >= due;
            if (counts || hurries)
            {
                var why = await TryAsync(run, ports(), over);
                if (over.IsCancellationRequested)
                {
                    return;
                }

                (successes, failures) = why is null ? (successes + 1, 0) : (0, failures + (counts ? 1 : 0));
                if (why is not null && counts)
                {
                    failed(why);
                }

                hurries &= successes < settings.SuccessThreshold;
                var result = why is null ? successes >= settings.SuccessThreshold ? true : (bool?)null : counts && failures >= settings.FailureThreshold ? false : null;
                if (result is { } known && !decided(known))
                {
                    return;
                }

                due = counts ? elapsed + settings.Period : due;
            }

            var wait = due - time.GetElapsedTime(begun);
            wait = hurries && wait > Hurry() ? Hurry() : wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
            await Task.Delay(wait, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan Hurry() => settings.Action.At("exec") is null ? EagerPeriod : EagerCommandPeriod;

    private async Task<string?> TryAsync(IContainerRun run, IReadOnlyList<PortMapping> ports, CancellationToken over)
    {
        try
        {
            return await action.TryAsync(settings.Action, run, ports, settings.Timeout, over);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
