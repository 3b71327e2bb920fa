namespace TempoCos.CosProvisioner.Ledger;

/// <summary>A line of the ledger's file.</summary>
/// <param name="Place">What else it takes to find the thing again: ids of parents, region. Never a secret.</param>
internal sealed record LedgerRecord(
    DateTimeOffset Time, string Kind, string Name, string? Id, LedgerState State, IReadOnlyDictionary<string, string>? Place);
