namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>What the operator makes a Tempo of.</summary>
internal static class StackKinds
{
    public const string TempoStack = "TempoStack";
    public const string TempoMonolithic = "TempoMonolithic";

    public static string Plural(string kind) => kind == TempoMonolithic ? "tempomonolithics" : "tempostacks";
}
