namespace TempoCos.TempoStackDeployer.Ledgers;

internal static class LedgerKinds
{
    public const string Namespace = "namespace";
    public const string TempoStack = "tempostack";
}
