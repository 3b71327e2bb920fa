using System.Diagnostics;

namespace TempoCos.Cluster.Kubelet.Limits;

/// <summary>Where there are no control groups: looks at a process's memory from time to time, and says when it is over the limit.</summary>
public static class MemoryWatch
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>True when the process holds more than the limit; false when it has ended or nobody waits any longer.</summary>
    public static async Task<bool> ExceedsAsync(Process process, long limit, CancellationToken cancellation)
    {
        try
        {
            while (!process.HasExited)
            {
                process.Refresh();
                if (process.WorkingSet64 > limit)
                {
                    return true;
                }

                await Task.Delay(Period, cancellation);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or InvalidOperationException)
        {
            // It has ended.
        }

        return false;
    }
}
