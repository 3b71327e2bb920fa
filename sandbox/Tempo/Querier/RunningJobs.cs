using System.Collections.Concurrent;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Querier;

/// <summary>The jobs that this querier has: each within its time limit, and each may be called off.</summary>
public sealed class RunningJobs(QueryExecutor executor, QuerierSettings settings, TimeProvider time)
{
    private const string DeadlineExceeded = "context deadline exceeded";
    private readonly ConcurrentDictionary<ulong, CancellationTokenSource> _running = new();

    /// <summary>Begins the job, or ends the one that is called off. The result goes to <paramref name="answer"/>, also of the latter.</summary>
    public void Start(QueryJob job, Action<QueryResult> answer, CancellationToken cancellationToken)
    {
        if (!job.Cancelled)
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _running[job.Id] = stop;
            _ = Task.Run(() => RunAsync(job, stop, answer), CancellationToken.None);
        }
        else if (_running.TryRemove(job.Id, out var called))
        {
            called.Cancel();
        }
    }

    private async Task RunAsync(QueryJob job, CancellationTokenSource stop, Action<QueryResult> answer)
    {
        using var deadline = new CancellationTokenSource(
            job.RequestCase == QueryJob.RequestOneofCase.TraceById ? settings.TraceByIdTimeout : settings.SearchTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, deadline.Token);
        QueryResult result;
        try
        {
            result = await executor.RunAsync(job, either.Token);
        }
        catch (OperationCanceledException)
        {
            result = deadline.IsCancellationRequested
                ? new() { Id = job.Id, Error = DeadlineExceeded, TimedOut = true }
                : new() { Id = job.Id, Error = "the job was called off" };
        }

        // Whoever takes it out has it: it is disposed only where nobody can cancel it any more.
        if (_running.TryRemove(job.Id, out _))
        {
            stop.Dispose();
        }

        answer(result);
    }
}
