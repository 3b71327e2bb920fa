using System.Net;
using System.Net.Sockets;
using k8s;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>The ways to a TempoStack or TempoMonolithic, open as long as somebody needs them.</summary>
internal sealed class StackReach : IAsyncDisposable
{
    /// <summary>Keeps what is idle from being cut by what stands between, and finds out when the other end is gone without a word.</summary>
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(20);

    /// <summary>Long: a pod that does not take what is sent to it keeps pings waiting too.</summary>
    private static readonly TimeSpan PingAnsweredWithin = TimeSpan.FromMinutes(2);

    private readonly ClusterConnection _cluster;
    private readonly List<(Way Way, PortForward? Forward)> _ways = [];
    private readonly List<IAsyncDisposable> _open = [];

    private StackReach(ClusterConnection cluster) => _cluster = cluster;

    public TempoEndpoints Endpoints { get; } = new();

    /// <summary>How each endpoint is reached.</summary>
    public IEnumerable<Way> Ways => _ways.Select(open => open.Way);

    /// <summary>Under which traces are written and read, as it stands in the bucket; empty where multitenancy is off.</summary>
    public string Tenant { get; private set; } = "";

    /// <summary>Opens the ways; <paramref name="cluster"/> is closed with them.</summary>
    public static async Task<StackReach> OpenAsync(
        ClusterConnection cluster, StackManifest manifest, ReachOptions options, IConfiguration configuration, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        cluster.Client.CreateWebSocketBuilder = () =>
        {
            var builder = new WebSocketBuilder();
            builder.Options.KeepAliveInterval = PingEvery;
            builder.Options.KeepAliveTimeout = PingAnsweredWithin;
            return builder;
        };
        var reach = new StackReach(cluster);
        try
        {
            var plan = await ReachPlan.OfAsync(cluster, manifest, options, configuration, time, cancellationToken);
            reach.Tenant = plan.Tenant;
            var listenAt = plan.Ways.Any(open => open.Way.Address is null) ? ListenAddress.Of(configuration) : IPAddress.Loopback;
            foreach (var (way, dial) in plan.Ways)
            {
                // Bytes are passed on where nothing has to be added to them.
                var forward = way.Upstream is null && dial is not null ? new PortForward(dial, plan.Port(way.Endpoint), listenAt, time, logger) : null;
                way.Address ??= forward?.Address;
                reach._ways.Add((way, forward));
                if (forward is not null)
                {
                    reach._open.Add(forward);
                }
            }

            if (reach.Ways.Where(way => way.Upstream is not null).ToArray() is { Length: > 0 } added)
            {
                reach._open.Add(await LoopbackProxy.OpenAsync(added, listenAt, cancellationToken));
            }

            reach.Fill();
            return reach;
        }
        catch (ReachFaultException exception)
        {
            await reach.DisposeAsync();
            throw exception.Fault.ToException();
        }
        catch (SocketException exception)
        {
            await reach.DisposeAsync();
            throw ListenAddress.NotThere(configuration, exception);
        }
        catch
        {
            await reach.DisposeAsync();
            throw;
        }
    }

    /// <summary>Why an endpoint was not reached the last time; null when it was, or when that is not known.</summary>
    public ReachFault? Fault(Way way) => way.Fault ?? _ways.First(open => open.Way == way).Forward?.LastFault;

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_open.Select(open => open.DisposeAsync().AsTask()));
        foreach (var way in Ways)
        {
            way.Upstream?.Tls?.Dispose();
        }

        _cluster.Dispose();
    }

    private void Fill()
    {
        foreach (var way in Ways)
        {
            var address = way.Address!.GetLeftPart(UriPartial.Authority);
            switch (way.Endpoint)
            {
                case EndpointName.OtlpGrpc: Endpoints.OtlpGrpc = address; break;
                case EndpointName.QueryFrontend: Endpoints.QueryFrontend = address; break;
                case EndpointName.Jaeger: Endpoints.Jaeger = address; break;
                case EndpointName.Ingester: Endpoints.Ingester = address; break;
            }
        }

        // As asked for, where at least one endpoint is reached so.
        Endpoints.ReachedBy = Ways.Select(way => way.By).FirstOrDefault(by => by != ReachedBy.PortForward) ?? ReachedBy.PortForward;
    }
}
