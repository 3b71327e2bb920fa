namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>The ways, as the receipt names them.</summary>
internal static class ReachedBy
{
    public const string PortForward = "port-forward";
    public const string InCluster = "in-cluster";
    public const string Ingress = "ingress";
    public const string Route = "route";
}
