namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>What can be changed of a bucket's configuration.</summary>
public sealed record ResourceConfiguration(long? HardQuota, FirewallSettings? Firewall, ActivityTracking? ActivityTracking, MetricsMonitoring? MetricsMonitoring)
{
    public static readonly ResourceConfiguration None = new(null, null, null, null);
}
