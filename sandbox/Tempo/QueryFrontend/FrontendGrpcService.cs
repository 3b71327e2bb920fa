using Grpc.Core;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>Where queriers connect.</summary>
public sealed class FrontendGrpcService(JobQueue queue, IHostApplicationLifetime lifetime) : Frontend.FrontendBase
{
    public override async Task Process(IAsyncStreamReader<QueryResult> requestStream, IServerStreamWriter<QueryJob> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var sent = new HashSet<ulong>();
        try
        {
            var serving = queue.ServeAsync(
                job =>
                {
                    lock (sent)
                    {
                        sent.Add(job.Id);
                    }

                    return responseStream.WriteAsync(job);
                },
                end.Token);
            try
            {
                await foreach (var result in requestStream.ReadAllAsync(end.Token))
                {
                    lock (sent)
                    {
                        sent.Remove(result.Id);
                    }

                    queue.Complete(result);
                }
            }
            finally
            {
                await end.CancelAsync();
                await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The querier went, or this process stops.
        }

        foreach (var id in sent)
        {
            queue.Complete(new() { Id = id, Error = "the querier went away" });
        }
    }
}
