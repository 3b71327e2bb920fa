namespace TempoCos.Tempo.Ingester;

/// <summary>A log that an earlier process left: its whole records, and where it is damaged.</summary>
public sealed record WalReplay(WalLog Log, IReadOnlyList<WalRecord> Records, IReadOnlyList<WalDamage> Damages);
