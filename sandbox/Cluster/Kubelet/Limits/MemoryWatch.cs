using System.Diagnostics;
using System.Globalization;

namespace TempoCos.Cluster.Kubelet.Limits;

/// <summary>
/// Where there are no control groups: looks at a process's memory from time to time, and says when it is over the limit. What counts is what a control group
/// could not take back: the pages of programs and other files are left out, which only Linux tells apart.
/// </summary>
public static class MemoryWatch
{
    private static readonly string[] Held = ["RssAnon:", "RssShmem:"];
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>True when the process holds more than the limit; false when it has ended or nobody waits any longer.</summary>
    public static async Task<bool> ExceedsAsync(Process process, long limit, CancellationToken cancellation)
    {
        try
        {
            while (OperatingSystem.IsLinux() && !process.HasExited)
            {
                if (Of(process.Id) > limit)
                {
                    return true;
                }

                await Task.Delay(Period, cancellation);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or InvalidOperationException or IOException)
        {
            // It has ended.
        }

        return false;
    }

    /// <summary>Bytes of its own, anonymous or shared; 0 of a process that is ending.</summary>
    public static long Of(int process) => File.ReadLines($"/proc/{process}/status")
        .Select(line => line.Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words is [var name, ..] && Held.Contains(name))
        .Sum(words => long.Parse(words[1], CultureInfo.InvariantCulture) << 10);
}
