namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>The two resources that the operator makes a Tempo from.</summary>
internal static class StackKind
{
    public const string TempoStack = "TempoStack";
    public const string TempoMonolithic = "TempoMonolithic";

    /// <summary>Both, by the resource that the API server serves.</summary>
    public static readonly IReadOnlyDictionary<string, string> Plurals = new Dictionary<string, string>
    {
        [TempoStack] = "tempostacks",
        [TempoMonolithic] = "tempomonolithics",
    };

    public static bool IsOne(string? kind) => kind is TempoStack or TempoMonolithic;

    /// <summary>The kind that a request names; a TempoStack where it names none.</summary>
    public static string Or(string asked) => asked.Length > 0 ? asked : TempoStack;

    public static string Plural(string kind) => Plurals[kind];
}
