using System.Diagnostics;

namespace TempoCos.Tempo.Tests;

/// <summary>Waits for a condition with a deadline, and says what it waited for.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(string what, Func<Task<bool>> condition, TimeSpan? within = null)
    {
        var deadline = within ?? Deadline;
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > deadline)
            {
                throw new TimeoutException($"Not within {deadline.TotalSeconds:0} s: {what}.");
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
