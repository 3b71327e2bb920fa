namespace TempoCos.Cluster.Network.Names;

/// <summary>Result codes of DNS.</summary>
public enum DnsResult
{
    Success = 0,
    ServerFailure = 2,
    NoSuchName = 3,
}
