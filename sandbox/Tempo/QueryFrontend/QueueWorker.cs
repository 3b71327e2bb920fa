using System.Collections.Concurrent;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>
/// One querier as the query-frontend sees it: gets so many jobs at a time, and its unanswered ones fail when it goes, so that others try them.
/// A job that is called off goes to it once more, with nothing but its number.
/// </summary>
public sealed class QueueWorker(JobQueue queue, Func<QueryJob, Task> send, int slots) : IDisposable
{
    private readonly ConcurrentDictionary<ulong, PendingJob> _sent = new();
    private readonly SemaphoreSlim _slots = new(slots);

    /// <summary>Until cancelled, or until sending fails.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        queue.Connected();
        try
        {
            while (true)
            {
                await _slots.WaitAsync(cancellationToken);
                var pending = await queue.TakeAsync(cancellationToken);
                var id = pending.Job.Id;
                _sent[id] = pending;
                await send(pending.Job);
                pending.CallOff = () => send(new() { Id = id, Cancelled = true });
            }
        }
        finally
        {
            queue.Disconnected();
            foreach (var id in _sent.Keys)
            {
                Complete(new() { Id = id, Error = "the querier went away" });
            }
        }
    }

    public void Complete(QueryResult result)
    {
        if (_sent.TryRemove(result.Id, out var pending))
        {
            pending.Result.TrySetResult(result);
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();
}
