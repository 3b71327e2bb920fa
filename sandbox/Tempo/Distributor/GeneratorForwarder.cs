using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Grpc.Net.Client;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Ingester;
using TempoCos.Tempo.Ring;
using TempoCos.Tempo.Tls;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Distributor;

/// <summary>Hands what ingesters have taken to the metrics-generators, later and without a promise: a queue that is full, or a push that fails, drops spans from metrics only.</summary>
public sealed partial class GeneratorForwarder : IAsyncDisposable
{
    public const string Role = "metrics-generator";
    private const int QueueLength = 100;
    private const long MaxWaitingBytes = 128 * 1024 * 1024;
    private const int Workers = 2;
    private static readonly TimeSpan JoinDeadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PushDeadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromMilliseconds(500);
    private readonly Channel<TraceBatch> _queue = Channel.CreateBounded<TraceBatch>(QueueLength);
    private readonly ConcurrentDictionary<string, GrpcChannel> _channels = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ComponentRing _ring;
    private readonly ClientTls? _tls;
    private readonly TempoMetrics _metrics;
    private readonly ILogger<GeneratorForwarder> _logger;
    private readonly Task _workers;
    private long _waitingBytes;

    public GeneratorForwarder(ComponentRing ring, ClientTls? tls, TempoMetrics metrics, ILogger<GeneratorForwarder> logger)
    {
        (_ring, _tls, _metrics, _logger) = (ring, tls, metrics, logger);
        _workers = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(RunAsync)));
    }

    /// <summary>The batch is this one's from now on.</summary>
    public void Send(TraceBatch batch)
    {
        if (Interlocked.Add(ref _waitingBytes, batch.Length) <= MaxWaitingBytes && _queue.Writer.TryWrite(batch))
        {
            _metrics.ForwarderPushes.Increment(batch.Tenant);
            return;
        }

        _metrics.ForwarderFailures.Increment(batch.Tenant);
        Log.Full(_logger, batch.Tenant);
        Drop(batch);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stop.CancelAfter(StopDeadline);
        await _workers;
        foreach (var channel in _channels.Values)
        {
            channel.Dispose();
        }

        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var batch in _queue.Reader.ReadAllAsync())
        {
            try
            {
                await ForwardAsync(batch);
            }
            catch (Exception exception) when (exception is RpcException or OperationCanceledException or EmptyRingException or UriFormatException)
            {
                Log.Failed(_logger, batch.Tenant, exception is RpcException refused ? refused.Status.Detail : exception.Message);
            }
            finally
            {
                Drop(batch);
            }
        }
    }

    private void Drop(TraceBatch batch)
    {
        Interlocked.Add(ref _waitingBytes, -batch.Length);
        batch.Dispose();
    }

    private async Task ForwardAsync(TraceBatch batch)
    {
        var members = await _ring.WaitForAsync(Role, JoinDeadline, _stop.Token);
        if (members.Count == 0)
        {
            throw new EmptyRingException(Role);
        }

        var requests = new Dictionary<Member, PushRequest>();
        foreach (var part in batch.Parts)
        {
            var owner = ComponentRing.Owners(members, part.Id.High ^ part.Id.Low, 1).First();
            if (!requests.TryGetValue(owner, out var request))
            {
                requests.Add(owner, request = new() { Tenant = batch.Tenant });
            }

            request.Traces.Add(batch.Pushed(part));
        }

        await Task.WhenAll(requests.Select(pair => PushAsync(pair.Key, pair.Value)));
    }

    private async Task PushAsync(Member member, PushRequest request)
    {
        var name = $"{member.Address}:{member.GrpcPort}";
        var channel = _channels.GetOrAdd(name, _ => Dial.Channel(member.Address, member.GrpcPort, _tls, handler => handler.EnableMultipleHttp2Connections = true));
        try
        {
            await new Wire.MetricsGenerator.MetricsGeneratorClient(channel).PushSpansAsync(request, deadline: DateTime.UtcNow + PushDeadline, cancellationToken: _stop.Token);
            _metrics.GeneratorPushes.Increment(name);
        }
        catch (RpcException)
        {
            _metrics.GeneratorPushes.Increment(name);
            _metrics.GeneratorPushFailures.Increment(name);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "failed to push traces to queue: tenant {Tenant} has too many waiting for the metrics-generator")]
        public static partial void Full(ILogger logger, string tenant);

        [LoggerMessage(Level = LogLevel.Warning, Message = "failed to forward request of tenant {Tenant} to metrics generator: {Reason}")]
        public static partial void Failed(ILogger logger, string tenant, string reason);
    }
}
