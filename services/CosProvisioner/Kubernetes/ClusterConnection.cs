using TempoCos.ServiceDefaults.Clusters;

namespace TempoCos.CosProvisioner.Kubernetes;

/// <summary>The cluster that the configuration names.</summary>
/// <remarks>Keyed <see cref="DelegatingHandler"/>s under <see cref="Handlers"/> see every request.</remarks>
internal sealed class ClusterConnection(IConfiguration configuration, IServiceProvider services)
{
    public const string Handlers = "kubernetes";

    /// <summary>Opens no socket yet, but may ask a credential plugin.</summary>
    public async Task<ClusterClient> ConnectAsync(CancellationToken cancellationToken)
    {
        var access = ClusterAccess.Of(configuration);
        access.Configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        return new ClusterClient(await access.ConnectAsync([.. services.GetKeyedServices<DelegatingHandler>(Handlers)], cancellationToken));
    }
}
