using Grpc.Core;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>Where queriers connect.</summary>
public sealed class FrontendGrpcService(JobQueue queue, IHostApplicationLifetime lifetime) : Frontend.FrontendBase
{
    public override async Task Process(IAsyncStreamReader<QueryResult> requestStream, IServerStreamWriter<QueryJob> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var turn = new SemaphoreSlim(1);
        try
        {
            // The first message says how many jobs the querier takes at a time.
            if (!await requestStream.MoveNext(end.Token))
            {
                return;
            }

            using var worker = new QueueWorker(queue, SendAsync, (int)Math.Max(1, requestStream.Current.Slots));
            var serving = worker.RunAsync(end.Token);
            try
            {
                await foreach (var result in requestStream.ReadAllAsync(end.Token))
                {
                    worker.Complete(result);
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

        // A stream takes one message after the other; jobs are called off from elsewhere.
        async Task SendAsync(QueryJob job)
        {
            await turn.WaitAsync(end.Token);
            try
            {
                await responseStream.WriteAsync(job);
            }
            finally
            {
                turn.Release();
            }
        }
    }
}
