namespace TempoCos.Cluster.Network.Names;

/// <summary>Types of resource records that the cluster has.</summary>
public enum DnsType
{
    A = 1,
    Soa = 6,
    Srv = 33,
}
