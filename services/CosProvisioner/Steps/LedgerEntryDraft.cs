namespace TempoCos.CosProvisioner.Steps;

/// <summary>What the ledger will say of something before it is made.</summary>
internal sealed record LedgerEntryDraft(string Kind, string Name, IReadOnlyDictionary<string, string> Place);
