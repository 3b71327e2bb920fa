using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>The ways, as the receipt names them.</summary>
internal static class ReachedBy
{
    public const string PortForward = "port-forward";
    public const string InCluster = "in-cluster";
    public const string Ingress = "ingress";
    public const string Route = "route";

    /// <summary>As asked for; unset, by name where this process runs in a pod.</summary>
    public static string Of(ReachBy asked, ClusterConnection cluster) => asked switch
    {
        ReachBy.InCluster => InCluster,
        ReachBy.Ingress => Ingress,
        ReachBy.Route => Route,
        ReachBy.PortForward => PortForward,
        _ => cluster.InCluster ? InCluster : PortForward,
    };
}
