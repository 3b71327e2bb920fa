namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>The part of a bucket's configuration that a run sets; members that are null are left as they are.</summary>
/// <param name="HardQuota">Bytes; 0 for none.</param>
internal sealed record BucketConfiguration(long? HardQuota = null, BucketFirewall? Firewall = null, BucketMetrics? MetricsMonitoring = null)
{
    /// <summary>Without a firewall.</summary>
    public static readonly BucketConfiguration Open = new(Firewall: new BucketFirewall([]));

    /// <summary>Whether all that <paramref name="wanted"/> asks for holds here.</summary>
    public bool Fulfils(BucketConfiguration wanted) =>
        (wanted.HardQuota is not { } quota || quota == (HardQuota ?? 0))
        && (wanted.Firewall is not { } firewall || firewall.AllowedIp.Order(StringComparer.Ordinal).SequenceEqual((Firewall?.AllowedIp ?? []).Order(StringComparer.Ordinal)))
        && (wanted.MetricsMonitoring is null || MetricsMonitoring is { UsageMetricsEnabled: true, RequestMetricsEnabled: true });
}
