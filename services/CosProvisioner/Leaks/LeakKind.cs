namespace TempoCos.CosProvisioner.Leaks;

/// <summary>Kinds of leaks: those of the ledger, and what becomes of a deleted service instance.</summary>
internal static class LeakKind
{
    public const string Reclamation = "reclamation";
}
