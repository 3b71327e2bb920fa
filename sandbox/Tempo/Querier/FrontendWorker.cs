using System.Threading.Channels;
using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Tls;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Querier;

/// <summary>Pulls jobs from the query-frontend and sends results back, several at a time over one stream; connects again for ever.</summary>
public sealed partial class FrontendWorker(RunningJobs jobs, QuerierSettings settings, TimeProvider time, ILogger<FrontendWorker> logger)
{
    private static readonly TimeSpan Backoff = TimeSpan.FromMilliseconds(250);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var lost = "";
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                // A connection of its own for each try: one that is kept may lead to whoever took the port of a frontend that has ended.
                using var channel = Connect();
                await ProcessAsync(new Frontend.FrontendClient(channel), cancellationToken);
            }
            catch (Exception exception) when (exception is RpcException or IOException or OperationCanceledException)
            {
                if (!cancellationToken.IsCancellationRequested && lost != exception.Message)
                {
                    lost = exception.Message;
                    Log.Lost(logger, settings.FrontendAddress, exception is RpcException rpc ? rpc.Status.Detail : exception.Message);
                }
            }

            await Task.Delay(Backoff, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private GrpcChannel Connect()
    {
        var address = HostPort.Parse("querier.frontend_worker.frontend_address", settings.FrontendAddress, 9095);
        return Dial.Channel(address.Host, address.Port, settings.FrontendTls, handler =>
        {
            // A frontend that vanished without a word is noticed.
            handler.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
            handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        });
    }

    private async Task ProcessAsync(Frontend.FrontendClient client, CancellationToken cancellationToken)
    {
        using var call = client.Process(cancellationToken: cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var results = Channel.CreateUnbounded<QueryResult>();
        // The first message says that a querier is here.
        results.Writer.TryWrite(new() { Slots = (uint)settings.MaxConcurrentQueries });
        var writing = WriteAsync(call.RequestStream, results.Reader, stop.Token);
        try
        {
            await foreach (var job in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                jobs.Start(job, result => results.Writer.TryWrite(result), stop.Token);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }
    }

    private static async Task WriteAsync(IClientStreamWriter<QueryResult> stream, ChannelReader<QueryResult> results, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var result in results.ReadAllAsync(cancellationToken))
            {
                await stream.WriteAsync(result, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or RpcException or InvalidOperationException or IOException)
        {
            // The reading side sees the same end and connects again.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "no connection to the query-frontend at {Address}, trying again: {Reason}")]
        public static partial void Lost(ILogger logger, string address, string reason);
    }
}
