using TempoCos.Tempo.Compactor;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Ingester;
using TempoCos.Tempo.Querier;
using TempoCos.Tempo.QueryFrontend;
using TempoCos.Tempo.Ring;
using TempoCos.Tempo.Storage;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo;

/// <summary>Starts what runs in the background once the listeners are open, says when the process is ready, and stops it all in order.</summary>
public sealed partial class Lifecycle(TempoSettings settings, IServiceProvider services, Readiness readiness, TimeProvider time, ILogger<Lifecycle> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _background = [];
    private bool _running;
    private bool _stopping;

    /// <summary>Before the listeners open: what must work, or the process ends.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        readiness.Add(() => _stopping ? "Application is stopping" : _running ? null : "Some services are not Running:\nStarting: 1\n");
        services.GetRequiredService<TenantLimits>().Load();
        if (settings.Target.NeedsStorage)
        {
            await services.GetRequiredService<Backend>().CheckAsync(cancellationToken);
        }

        if (settings.Target.Ingester)
        {
            services.GetRequiredService<IngesterCore>().Start();
        }
    }

    /// <summary>After the listeners opened.</summary>
    public void Start(IReadOnlyList<Listener> listeners)
    {
        var target = settings.Target;
        if (!settings.InMemoryRing && target.NeedsRing)
        {
            var self = Self(listeners);
            services.GetRequiredService<JobOwnership>().Id = self.Id;
            services.GetRequiredService<Gossip>().Start(self);
        }

        if (target.Querier || target.Compactor)
        {
            var retention = target.Compactor ? services.GetRequiredService<BlockRetention>() : null;
            _background.Add(services.GetRequiredService<Blocklist>().RunAsync(token => retention?.RunAsync(token) ?? Task.CompletedTask, _stop.Token));
        }

        if (target.Compactor)
        {
            _background.Add(services.GetRequiredService<BlockLifecycle>().RunAsync(_stop.Token));
        }

        if (target.Querier && settings.Querier.FrontendAddress.Length > 0 && !settings.InMemoryRing)
        {
            _background.Add(services.GetRequiredService<FrontendWorker>().RunAsync(_stop.Token));
        }
        else if (target.Querier && target.QueryFrontend)
        {
            _background.Add(services.GetRequiredService<LocalWorker>().RunAsync(_stop.Token));
        }

        if (target.QueryFrontend)
        {
            var queue = services.GetRequiredService<JobQueue>();
            readiness.Add(() => queue.Workers > 0 ? null : "Query Frontend not ready: not ready: number of queriers connected to query-frontend is 0");
        }

        if (target.Ingester)
        {
            var core = services.GetRequiredService<IngesterCore>();
            var started = time.GetTimestamp();
            readiness.Add(() => !core.Accepts ? "Ingester not ready: ingester is shutting down"
                : time.GetElapsedTime(started) < settings.Ingester.MinReadyDuration ? $"Ingester not ready: ingester check ready failed: waiting for {GoDuration.Format(settings.Ingester.MinReadyDuration.Ticks * 100)} after being ready"
                : null);
        }

        if (target.MetricsGenerator)
        {
            _background.Add(services.GetRequiredService<Generator.MetricsGenerator>().RunAsync(_stop.Token));
        }

        if (ParentProcess.Named is { } parent)
        {
            _background.Add(ParentProcess.WatchAsync(parent, services.GetRequiredService<IHostApplicationLifetime>().StopApplication, _stop.Token));
        }

        _running = true;
        foreach (var listener in listeners)
        {
            Log.Listening(logger, listener.Role.ToString(), $"{listener.Host}:{listener.Port}");
        }

        Log.Started(logger, string.Join(',', target.Components));
    }

    public void Stopping() => _stopping = true;

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await _stop.CancelAsync();
        await Task.WhenAll(_background).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private Member Self(IReadOnlyList<Listener> listeners)
    {
        var target = settings.Target;
        var grpc = listeners.First(listener => listener.Role == ListenerRole.Grpc);
        var gossip = listeners.First(listener => listener.Role == ListenerRole.Gossip);
        var memberlist = settings.Memberlist;
        var name = First(target.Ingester ? settings.Ingester.Id : settings.Distributor.InstanceId, memberlist.NodeName, Environment.MachineName);
        var advertised = First(memberlist.AdvertiseAddress, LocalAddress.Reachable(gossip.Host));
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new()
        {
            // Two components on one host may both be named after it.
            Id = $"{name}/{string.Join(',', target.Components)}",
            Roles = { target.Components },
            Address = First(target.Ingester ? settings.Ingester.Address : settings.Distributor.InstanceAddress, memberlist.AdvertiseAddress, LocalAddress.Reachable(grpc.Host)),
            GrpcPort = grpc.Port,
            GossipAddress = $"{advertised}:{(memberlist.AdvertisePort > 0 ? memberlist.AdvertisePort : gossip.Port)}",
            Started = now,
            Heartbeat = now,
        };
    }

    private static string First(params ReadOnlySpan<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (candidate.Length > 0)
            {
                return candidate;
            }
        }

        return "";
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Role} listens on {Address}")]
        public static partial void Listening(ILogger logger, string role, string address);

        [LoggerMessage(Level = LogLevel.Information, Message = "Tempo started: {Components}")]
        public static partial void Started(ILogger logger, string components);
    }
}
