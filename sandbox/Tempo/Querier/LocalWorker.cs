using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.QueryFrontend;

namespace TempoCos.Tempo.Querier;

/// <summary>The querier of a process that is its own query-frontend.</summary>
public sealed class LocalWorker(JobQueue queue, RunningJobs jobs, QuerierSettings settings)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        QueueWorker? worker = null;
        using (worker = new(
            queue,
            job =>
            {
                jobs.Start(job, worker!.Complete, cancellationToken);
                return Task.CompletedTask;
            },
            settings.MaxConcurrentQueries))
        {
            await worker.RunAsync(cancellationToken);
        }
    }
}
