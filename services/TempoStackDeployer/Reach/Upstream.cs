namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Where a request that came to the loopback listener goes, and what is added to it.</summary>
/// <param name="Base">Scheme, host and port: the host is the one that the certificate must be for and that stands in the Host header; <paramref name="Connect"/> says where it leads.</param>
/// <param name="Connect">Opens connections.</param>
internal sealed record Upstream(Uri Base, Connect Connect)
{
    /// <summary>Certificates of the cluster; null for the system's authorities, or in plain text.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>Before the path, such as <c>/api/traces/v1/dev/tempo</c>; may be empty.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>X-Scope-OrgID; null when Tempo asks for no tenant, or the gateway finds it in the path.</summary>
    public string? Tenant { get; init; }

    public BearerToken? Token { get; init; }
}
