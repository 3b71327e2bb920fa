using System.Collections.Concurrent;
using System.Threading.Channels;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>Jobs wait here until a querier pulls them.</summary>
public sealed class JobQueue(QueryFrontendSettings settings, TempoMetrics metrics)
{
    private readonly Channel<PendingJob> _waiting = Channel.CreateUnbounded<PendingJob>();
    private readonly ConcurrentDictionary<ulong, PendingJob> _pending = new();
    private ulong _lastId;
    private int _workers;

    public int Workers => Volatile.Read(ref _workers);

    /// <summary>The result of a job; failures that are not the client's are tried again a few times.</summary>
    public async Task<QueryResult> RunAsync(QueryJob job, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var pending = new PendingJob(job.Clone(), cancellationToken);
            pending.Job.Id = Interlocked.Increment(ref _lastId);
            _pending[pending.Job.Id] = pending;
            metrics.FrontendQueue.Add(1, "all");
            try
            {
                _waiting.Writer.TryWrite(pending);
                var result = await pending.Result.Task.WaitAsync(cancellationToken);
                if (result.Error.Length == 0)
                {
                    return result;
                }

                if (result.InvalidArgument)
                {
                    throw HttpFailureException.BadRequest(result.Error);
                }

                if (attempt >= settings.MaxRetries)
                {
                    throw new HttpFailureException(500, result.Error);
                }

                metrics.FrontendRetries.Increment();
            }
            finally
            {
                _pending.TryRemove(pending.Job.Id, out _);
                metrics.FrontendQueue.Add(-1, "all");
            }
        }
    }

    /// <summary>A querier takes jobs until it goes; jobs that it had are given to another.</summary>
    public async Task ServeAsync(Func<QueryJob, Task> send, CancellationToken cancellationToken)
    {
        metrics.FrontendClients.Set(Interlocked.Increment(ref _workers));
        try
        {
            await foreach (var pending in _waiting.Reader.ReadAllAsync(cancellationToken))
            {
                if (pending.Cancellation.IsCancellationRequested)
                {
                    continue;
                }

                try
                {
                    await send(pending.Job);
                }
                catch
                {
                    _waiting.Writer.TryWrite(pending);
                    throw;
                }
            }
        }
        finally
        {
            metrics.FrontendClients.Set(Interlocked.Decrement(ref _workers));
        }
    }

    public void Complete(QueryResult result)
    {
        if (_pending.TryGetValue(result.Id, out var pending))
        {
            pending.Result.TrySetResult(result);
        }
    }

    private sealed record PendingJob(QueryJob Job, CancellationToken Cancellation)
    {
        public TaskCompletionSource<QueryResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
