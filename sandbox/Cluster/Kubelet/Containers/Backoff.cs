namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>
/// A kubelet's back-off: from 10 s, doubling, to 5 min, forgotten after twice that. Here the first wait is an option, and the others keep
/// their proportion to it.
/// </summary>
public sealed class Backoff(TimeSpan first)
{
    private const int LongestInFirsts = 30;

    private TimeSpan wait;
    private bool failedBefore;

    private TimeSpan Longest => first * LongestInFirsts;

    /// <summary>How long to wait after the failure that has just come.</summary>
    public TimeSpan Next()
    {
        wait = wait == TimeSpan.Zero ? first : TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, Longest.Ticks));
        return wait;
    }

    /// <summary>The same for something that ran before it failed: its first failure costs nothing.</summary>
    public TimeSpan NextAfter(TimeSpan ran)
    {
        if (ran >= Longest * 2)
        {
            wait = TimeSpan.Zero;
            failedBefore = false;
        }

        var free = !failedBefore;
        failedBefore = true;
        return free ? TimeSpan.Zero : Next();
    }
}
