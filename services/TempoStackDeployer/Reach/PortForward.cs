using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using k8s;
using k8s.Autorest;
using OpenTelemetry;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>A loopback listener whose connections lead to a port of a Service's pods, through the Kubernetes API.</summary>
internal sealed partial class PortForward : IAsyncDisposable
{
    /// <summary>How long a new connection waits for a pod, for example while one restarts.</summary>
    private static readonly TimeSpan PodWithin = TimeSpan.FromSeconds(20);

    /// <summary>How long it insists on a ready one: a pod under load may miss a probe and still answer.</summary>
    private static readonly TimeSpan ReadyPodWithin = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);

    private readonly ClusterConnection _cluster;
    private readonly ServicePort _port;
    private readonly ServiceTargets _targets;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Task _accepting;

    private PortForward(ClusterConnection cluster, ServicePort port, ServiceTargets targets, TimeProvider time, ILogger logger)
    {
        _cluster = cluster;
        _port = port;
        _targets = targets;
        _time = time;
        _logger = logger;
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = new Uri($"http://{_listener.LocalEndPoint}");

        // The connections outlive the call that opens the forward and belong to no span of it.
        using (ExecutionContext.SuppressFlow())
        {
            _accepting = Task.Run(AcceptAsync);
        }
    }

    public Uri Address { get; }

    public static async Task<PortForward> OpenAsync(ClusterConnection cluster, ServicePort port, TimeProvider time, ILogger logger, CancellationToken cancellationToken) =>
        new(cluster, port, await ServiceTargets.OfAsync(cluster, port, cancellationToken), time, logger);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll(_connections.Keys.Append(_accepting)).WaitAsync(EndWithin).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        while (!_stop.IsCancellationRequested)
        {
            Socket local;
            try
            {
                local = await _listener.AcceptAsync(_stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception)
            {
                Log.NotAccepted(_logger, _port.Service, exception.Message);
                await Task.Delay(Pause, _time, CancellationToken.None);
                continue;
            }

            var connection = ForwardAsync(local);
            _connections.TryAdd(connection, true);
            _ = connection.ContinueWith(ended => _connections.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task ForwardAsync(Socket local)
    {
        await Task.Yield();
        Telemetry.OpenConnections.Add(1);
        try
        {
            local.NoDelay = true;
            using var remote = await ConnectAsync(_stop.Token);
            await using var connection = new ForwardedConnection(local, remote);
            await connection.RunAsync(_stop.Token);
        }
        catch (Exception exception)
        {
            if (!_stop.IsCancellationRequested)
            {
                Log.Broken(_logger, exception is PodUnreachableException ? LogLevel.Warning : LogLevel.Information, _port.Service, _port.Port, exception.Message);
            }

            // A reset tells the client that this was no orderly end.
            local.LingerState = new LingerOption(true, 0);
        }
        finally
        {
            local.Dispose();
            Telemetry.OpenConnections.Add(-1);
        }
    }

    private async Task<WebSocket> ConnectAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            var cause = "none is running";
            try
            {
                if (await _targets.FindAsync(_time.GetElapsedTime(started) < ReadyPodWithin, cancellationToken) is { } target)
                {
                    return await _cluster.Client.WebSocketNamespacedPodPortForwardAsync(
                        target.Pod, _port.Namespace, [target.Port], WebSocketProtocol.V4BinaryWebsocketProtocol, cancellationToken: cancellationToken);
                }
            }
            catch (Exception exception) when (exception is WebSocketException or HttpOperationException or HttpRequestException or DiagnosticException or IOException)
            {
                cause = exception.Message;
            }

            if (_time.GetElapsedTime(started) > PodWithin)
            {
                throw new PodUnreachableException($"no pod of the service could be reached within {PodWithin.TotalSeconds} s: {cause}");
            }

            await Task.Delay(Pause, _time, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Message = "A connection to {Service} port {Port} broke: {Reason}")]
        public static partial void Broken(ILogger logger, LogLevel level, string service, string port, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A connection to {Service} could not be accepted: {Reason}")]
        public static partial void NotAccepted(ILogger logger, string service, string reason);
    }
}
