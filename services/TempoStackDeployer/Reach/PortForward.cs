using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using OpenTelemetry;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>A listener whose connections lead to a port of a Service's pods, through the Kubernetes API, byte by byte.</summary>
internal sealed partial class PortForward : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);

    private readonly PodDial _dial;
    private readonly ServicePort _port;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Task _accepting;
    private volatile ReachFault? _lastFault;

    public PortForward(PodDial dial, ServicePort port, IPAddress listenAt, TimeProvider time, ILogger logger)
    {
        _dial = dial;
        _port = port;
        _time = time;
        _logger = logger;
        _listener = new Socket(listenAt.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(listenAt, 0));
        _listener.Listen();
        Address = new Uri($"http://{_listener.LocalEndPoint}");

        // The connections outlive the call that opens the forward and belong to no span of it.
        using (ExecutionContext.SuppressFlow())
        {
            _accepting = Task.Run(AcceptAsync);
        }
    }

    public Uri Address { get; }

    /// <summary>Why the last connection was not made or broke; null when none did.</summary>
    public ReachFault? LastFault => _lastFault;

    public static async Task<PortForward> OpenAsync(ClusterConnection cluster, ServicePort port, TimeProvider time, ILogger logger, CancellationToken cancellationToken) =>
        new(await PodDial.OfAsync(cluster, port, time, cancellationToken), port, IPAddress.Loopback, time, logger);

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
            await using var remote = await _dial.ConnectAsync(_stop.Token);
            await using var connection = new ForwardedConnection(local, remote);
            await connection.RunAsync(_stop.Token);
        }
        catch (Exception exception)
        {
            var fault = (exception as ReachFaultException)?.Fault;
            _lastFault = fault ?? _lastFault;
            if (!_stop.IsCancellationRequested)
            {
                Log.Broken(_logger, fault is null ? LogLevel.Information : LogLevel.Warning, _port.Service, _port.Port, exception.Message);
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

    private static partial class Log
    {
        [LoggerMessage(Message = "A connection to {Service} port {Port} broke: {Reason}")]
        public static partial void Broken(ILogger logger, LogLevel level, string service, string port, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A connection to {Service} could not be accepted: {Reason}")]
        public static partial void NotAccepted(ILogger logger, string service, string reason);
    }
}
