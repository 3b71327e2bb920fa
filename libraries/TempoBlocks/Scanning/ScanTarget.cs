namespace TempoCos.TempoBlocks.Scanning;

/// <summary>What a condition looks at: an attribute's key, or one of <see cref="ScanIntrinsics"/>.</summary>
public sealed record ScanTarget(ScanScope Scope, string Key);
