using System.Net;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults.Clusters;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>Connects to the cluster that the configuration names.</summary>
/// <param name="configuration">Says which.</param>
/// <param name="time">Paces retries.</param>
/// <param name="handlers">Makes handlers that see every request as it goes out.</param>
internal sealed class ClusterConnector(IConfiguration configuration, TimeProvider time, IEnumerable<Func<DelegatingHandler>> handlers)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="DiagnosticException">No cluster is configured, or its credentials cannot be had.</exception>
    public async Task<ClusterConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var access = ClusterAccess.Of(configuration);
        var server = access.Configuration.Host;
        access.Configuration.UserAgent = RunLabels.FieldManager;
        access.Configuration.FirstMessageHandlerSetup = handler =>
        {
            handler.ConnectTimeout = ConnectTimeout;
            handler.AutomaticDecompression = DecompressionMethods.All;
        };
        var client = await access.ConnectAsync([new FaultHandler(access, RequestLimits.Of(configuration), time), .. handlers.Select(make => make())], cancellationToken);
        return new ClusterConnection(client, server, access.InCluster);
    }
}
