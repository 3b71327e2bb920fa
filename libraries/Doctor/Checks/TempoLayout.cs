using System.Text.RegularExpressions;

namespace TempoCos.Doctor.Checks;

/// <summary>Which keys below its prefix are Tempo's own.</summary>
internal static partial class TempoLayout
{
    public static bool Knows(string key) => key.StartsWith(Canary.Common, StringComparison.Ordinal) || Own().IsMatch(key);

    // Blocks and tenants' indexes, tenants' overrides, the cluster's seed, the scheduler's work.
    [GeneratedRegex("""^([^/]+/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[^/]+|[^/]+/index\.(json\.gz|pb\.zst)|overrides/[^/]+/overrides\.json|tempo_cluster_seed\.json|work\.json|usage-stats/.*|kvstore/.*)$""")]
    private static partial Regex Own();
}
