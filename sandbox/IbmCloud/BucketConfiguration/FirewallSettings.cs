namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>From where a bucket may be reached; what is not given allows all.</summary>
public sealed record FirewallSettings(string[]? AllowedIp, string[]? DeniedIp, string[]? AllowedNetworkType);
