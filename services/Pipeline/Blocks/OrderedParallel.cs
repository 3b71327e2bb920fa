using System.Runtime.CompilerServices;

namespace TempoCos.Pipeline.Blocks;

/// <summary>Works on a few items at once and gives the results in the items' order.</summary>
internal static class OrderedParallel
{
    private const int AtOnce = 2;

    public static async IAsyncEnumerable<TResult> RunAsync<TItem, TResult>(
        IEnumerable<TItem> items, Func<TItem, Task<TResult>> work, [EnumeratorCancellation] CancellationToken ct)
    {
        var running = new Queue<Task<TResult>>();
        try
        {
            foreach (var item in items)
            {
                ct.ThrowIfCancellationRequested();
                running.Enqueue(Task.Run(() => work(item), ct));
                if (running.Count == AtOnce)
                {
                    yield return await running.Dequeue();
                }
            }

            while (running.Count > 0)
            {
                yield return await running.Dequeue();
            }
        }
        finally
        {
            // What still runs after a failure must not outlive the store's client.
            await Task.WhenAll(running).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
