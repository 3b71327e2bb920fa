using TempoCos.ServiceDefaults.Clusters;

namespace TempoCos.CosProvisioner.Kubernetes;

/// <summary>The cluster that the configuration names.</summary>
/// <remarks>Keyed <see cref="DelegatingHandler"/>s under <see cref="Handlers"/> see every request.</remarks>
internal sealed class ClusterConnection(IConfiguration configuration, IServiceProvider services)
{
    public const string Handlers = "kubernetes";

    /// <summary>Opens no socket yet.</summary>
    public ClusterClient Connect()
    {
        var access = ClusterAccess.Of(configuration);
        access.Configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        return new ClusterClient(access.Connect([.. services.GetKeyedServices<DelegatingHandler>(Handlers)]));
    }
}
