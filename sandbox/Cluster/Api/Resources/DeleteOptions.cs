namespace TempoCos.Cluster.Api.Resources;

public sealed record DeleteOptions(string Propagation = "Background", long? GracePeriodSeconds = null, string? Uid = null, string? Version = null, bool DryRun = false);
