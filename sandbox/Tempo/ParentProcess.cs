using System.Diagnostics;

namespace TempoCos.Tempo;

/// <summary>Ends with the process that started this one, so that a killed harness leaves nothing behind.</summary>
public static class ParentProcess
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>The process that <c>TEMPOCOS_PARENT_PID</c> names.</summary>
    public static int? Named => int.TryParse(Environment.GetEnvironmentVariable("TEMPOCOS_PARENT_PID"), out var pid) ? pid : null;

    public static async Task WatchAsync(int pid, Action gone, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            do
            {
                if (!IsAlive(pid))
                {
                    gone();
                    return;
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // This process ends first.
        }
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
