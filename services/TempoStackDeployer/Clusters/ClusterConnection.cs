using k8s;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>A client of one cluster.</summary>
/// <param name="Client">Speaks to the API server; failures that no caller can handle come as diagnostics.</param>
/// <param name="Server">Address of the API server.</param>
/// <param name="InCluster">This process runs in a pod of the cluster, so that Services are reachable by name.</param>
internal sealed record ClusterConnection(Kubernetes Client, string Server, bool InCluster) : IDisposable
{
    public void Dispose() => Client.Dispose();
}
