using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>The ways to a run's TempoStack, open as long as the run needs them.</summary>
internal sealed class StackReach : IAsyncDisposable
{
    private readonly ClusterConnection _cluster;
    private readonly List<PortForward> _forwards = [];

    private StackReach(ClusterConnection cluster, TempoEndpoints endpoints)
    {
        _cluster = cluster;
        Endpoints = endpoints;
    }

    public TempoEndpoints Endpoints { get; }

    /// <summary>Opens the ways; <paramref name="cluster"/> is closed with them.</summary>
    public static async Task<StackReach> OpenAsync(ClusterConnection cluster, StackManifest manifest, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var ports = StackPorts.Of(manifest);
        if (cluster.InCluster)
        {
            return new StackReach(cluster, ByName(ports));
        }

        var reach = new StackReach(cluster, new TempoEndpoints { ReachedBy = "port-forward" });
        try
        {
            reach.Endpoints.OtlpGrpc = await ForwardAsync(ports.Otlp);
            reach.Endpoints.QueryFrontend = await ForwardAsync(ports.QueryFrontend);
            reach.Endpoints.Ingester = await ForwardAsync(ports.Ingester);
            reach.Endpoints.Jaeger = ports.Jaeger is { } jaeger ? await ForwardAsync(jaeger) : "";
            return reach;
        }
        catch
        {
            await reach.DisposeAsync();
            throw;
        }

        async Task<string> ForwardAsync(ServicePort port)
        {
            var forward = await PortForward.OpenAsync(cluster, port, time, logger, cancellationToken);
            reach._forwards.Add(forward);
            return Text(forward.Address);
        }
    }

    /// <summary>The Services' names in the cluster's DNS.</summary>
    internal static TempoEndpoints ByName(StackPorts ports) => new()
    {
        ReachedBy = "in-cluster",
        OtlpGrpc = Name(ports.Otlp),
        QueryFrontend = Name(ports.QueryFrontend),
        Ingester = Name(ports.Ingester),
        Jaeger = ports.Jaeger is { } jaeger ? Name(jaeger) : "",
    };

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_forwards.Select(forward => forward.DisposeAsync().AsTask()));
        _cluster.Dispose();
    }

    private static string Name(ServicePort port) => $"http://{port.Service}.{port.Namespace}.svc:{StackPorts.Number(port)}";

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
