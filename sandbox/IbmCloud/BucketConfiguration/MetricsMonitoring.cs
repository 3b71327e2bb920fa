namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>Which metrics go to Monitoring.</summary>
public sealed record MetricsMonitoring(bool? UsageMetricsEnabled, bool? RequestMetricsEnabled, string? MetricsMonitoringCrn);
