using TempoCos.CosProvisioner.Http;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>Waits for conditions of other systems: at once, then less and less often, until a deadline.</summary>
internal sealed class Waiting(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Asks <paramref name="probe"/> until it has an answer; null when <paramref name="atMost"/> is over.</summary>
    public async Task<T?> ForAsync<T>(string what, TimeSpan atMost, Func<Task<T?>> probe, CancellationToken cancellationToken)
        where T : class
    {
        var started = time.GetTimestamp();
        var backoff = new Backoff(First, Longest);
        while (true)
        {
            if (await probe() is { } answer)
            {
                return answer;
            }

            var delay = backoff.Next();
            var left = atMost - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return null;
            }

            StepScope.Current?.Say($"Waiting for {what}");
            await Task.Delay(delay < left ? delay : left, time, cancellationToken);
        }
    }

    /// <inheritdoc cref="ForAsync{T}"/>
    public async Task<bool> UntilAsync(string what, TimeSpan atMost, Func<Task<bool>> condition, CancellationToken cancellationToken) =>
        await ForAsync(what, atMost, async () => await condition() ? "met" : null, cancellationToken) is not null;
}
