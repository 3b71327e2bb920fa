namespace TempoCos.Cluster.Tests;

/// <summary>Waiting for a condition, with a deadline that a slow machine keeps.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(string what, Func<Task<bool>> condition) => AsAsync(what, async () => await condition() ? "" : null);

    public static async Task<T> AsAsync<T>(string what, Func<Task<T?>> read) where T : class
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Deadline);
        while (true)
        {
            if (await read() is { } found)
            {
                return found;
            }

            try
            {
                await Task.Delay(50, patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"waited {Deadline.TotalSeconds} s for {what}");
            }
        }
    }
}
