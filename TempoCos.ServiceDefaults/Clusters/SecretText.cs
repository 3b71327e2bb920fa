using System.Text.RegularExpressions;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>Makes what another program wrote fit to be shown.</summary>
internal static partial class SecretText
{
    private const int ShortestSecret = 4;

    /// <summary>One line of at most <paramref name="longest"/> characters, without <paramref name="secrets"/> and without what looks like one.</summary>
    public static string Redact(string text, IEnumerable<string> secrets, int longest)
    {
        var shown = secrets.Where(secret => secret.Length >= ShortestSecret).Aggregate(text, (current, secret) => current.Replace(secret, "***", StringComparison.Ordinal));
        shown = Labelled().Replace(shown, "$1***");
        shown = Unlabelled().Replace(shown, "***");
        shown = Space().Replace(shown, " ").Trim();
        return shown.Length <= longest ? shown : shown[..longest] + "…";
    }

    [GeneratedRegex("""((?:token|password|passwd|secret|api[-_ ]?key|bearer|authorization)["']?\s*[:=\s]\s*)["']?[^\s"',;]+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Labelled();

    /// <summary>Long words of letters and digits: tokens, keys.</summary>
    [GeneratedRegex("""(?=[A-Za-z0-9_.~+=-]{20,})(?=[A-Za-z_.~+=-]*[0-9])[A-Za-z0-9_.~+=-]{20,}""", RegexOptions.CultureInvariant)]
    private static partial Regex Unlabelled();

    [GeneratedRegex("""\s+""", RegexOptions.CultureInvariant)]
    private static partial Regex Space();
}
