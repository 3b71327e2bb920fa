namespace TempoCos.CosProvisioner.ObjectStorage;

/// <param name="MetricsMonitoringCrn">The instance that gets them; null for the account's own.</param>
internal sealed record BucketMetrics(bool UsageMetricsEnabled, bool RequestMetricsEnabled, string? MetricsMonitoringCrn);
