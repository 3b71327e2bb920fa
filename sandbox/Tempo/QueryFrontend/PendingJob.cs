using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>A job and who waits for it.</summary>
public sealed record PendingJob(QueryJob Job, string Tenant, long Queued, CancellationToken Cancellation)
{
    public TaskCompletionSource<QueryResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set once a querier has the job.</summary>
    public Func<Task>? CallOff { get; set; }
}
