using System.Threading.Channels;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>
/// Jobs wait here until a querier pulls them; tenants take turns. More than so many waiting jobs of one tenant are refused, and work that nobody
/// waits for any more is called off.
/// </summary>
public sealed class JobQueue(QueryFrontendSettings settings, TempoMetrics metrics, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<PendingJob>> _waiting = [];
    private readonly Queue<string> _turns = new();
    private readonly Channel<bool> _tickets = Channel.CreateUnbounded<bool>();
    private ulong _lastId;
    private int _workers;

    public int Workers => Volatile.Read(ref _workers);

    /// <summary>The result of a job; failures that are not the client's are tried again a few times.</summary>
    /// <exception cref="HttpFailureException">Why there is none.</exception>
    public async Task<QueryResult> RunAsync(QueryJob job, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var result = await TryAsync(job, cancellationToken);
            if (result.Error.Length == 0)
            {
                metrics.FrontendRetries.Observe(attempt);
                return result;
            }

            if (result.InvalidArgument)
            {
                throw HttpFailureException.BadRequest(result.Error);
            }

            if (result.TimedOut)
            {
                throw new HttpFailureException(504, result.Error);
            }

            if (attempt >= settings.MaxRetries)
            {
                metrics.FrontendRetries.Observe(attempt);
                throw new HttpFailureException(500, result.Error);
            }
        }
    }

    /// <summary>A querier is here, until <see cref="Disconnected"/>.</summary>
    public void Connected() => metrics.FrontendClients.Set(Interlocked.Increment(ref _workers));

    public void Disconnected() => metrics.FrontendClients.Set(Interlocked.Decrement(ref _workers));

    /// <summary>The next job whose client still waits, for a querier to carry out.</summary>
    public async Task<PendingJob> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _tickets.Reader.ReadAsync(cancellationToken);
            if (Next() is { } pending)
            {
                metrics.FrontendQueueSeconds.Observe(time.GetElapsedTime(pending.Queued).TotalSeconds);
                if (!pending.Cancellation.IsCancellationRequested)
                {
                    return pending;
                }
            }
        }
    }

    private static string TenantOf(QueryJob job) => job.RequestCase switch
    {
        QueryJob.RequestOneofCase.TraceById => job.TraceById.Tenant,
        QueryJob.RequestOneofCase.Search => job.Search.Tenant,
        QueryJob.RequestOneofCase.Tags => job.Tags.Tenant,
        QueryJob.RequestOneofCase.TagValues => job.TagValues.Tenant,
        QueryJob.RequestOneofCase.Metrics => job.Metrics.Tenant,
        _ => "",
    };

    private async Task<QueryResult> TryAsync(QueryJob job, CancellationToken cancellationToken)
    {
        var pending = new PendingJob(job.Clone(), TenantOf(job), time.GetTimestamp(), cancellationToken);
        pending.Job.Id = Interlocked.Increment(ref _lastId);
        if (!Enqueue(pending))
        {
            metrics.FrontendDiscarded.Increment(pending.Tenant);
            throw new HttpFailureException(429, "too many outstanding requests");
        }

        try
        {
            return await pending.Result.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The querier may be gone as well: then its work is over anyway.
            await (pending.CallOff?.Invoke() ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private bool Enqueue(PendingJob pending)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(pending.Tenant, out var queue))
            {
                _waiting.Add(pending.Tenant, queue = new());
                _turns.Enqueue(pending.Tenant);
            }

            if (settings.MaxOutstandingPerTenant > 0 && queue.Count >= settings.MaxOutstandingPerTenant)
            {
                return false;
            }

            queue.Enqueue(pending);
            metrics.FrontendQueue.Set(queue.Count, pending.Tenant);
        }

        _tickets.Writer.TryWrite(true);
        return true;
    }

    private PendingJob? Next()
    {
        lock (_lock)
        {
            if (!_turns.TryDequeue(out var tenant))
            {
                return null;
            }

            var queue = _waiting[tenant];
            var pending = queue.Dequeue();
            if (queue.Count > 0)
            {
                _turns.Enqueue(tenant);
            }
            else
            {
                _waiting.Remove(tenant);
            }

            metrics.FrontendQueue.Set(queue.Count, tenant);
            return pending;
        }
    }
}
