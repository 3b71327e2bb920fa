namespace TempoCos.TempoBlocks.Scanning;

/// <summary>A target whose values are wanted, and the test that makes spans candidates; without one the values are only delivered.</summary>
public sealed record ScanCondition(ScanTarget Target, ScanPredicate? Predicate = null);
