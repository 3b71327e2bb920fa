namespace Aspire.Hosting.Dcp;

internal sealed record ServiceStatus(string? EffectiveAddress, int? EffectivePort);
