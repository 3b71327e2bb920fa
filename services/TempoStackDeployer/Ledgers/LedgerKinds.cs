namespace TempoCos.TempoStackDeployer.Ledgers;

internal static class LedgerKinds
{
    public const string Namespace = "namespace";
    public const string TempoStack = "tempostack";
    public const string TempoMonolithic = "tempomonolithic";

    /// <summary>That of a stack.</summary>
    public static string Of(string kind) => kind == Manifests.StackKind.TempoMonolithic ? TempoMonolithic : TempoStack;
}
