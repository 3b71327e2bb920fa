using System.Text.RegularExpressions;

namespace TempoCos.Cluster.Api.Tables;

/// <summary>The steps of a printer column's JSONPath.</summary>
public static partial class PrinterPath
{
    public sealed record Step(string Name, (string Field, string Value)? Filter);

    public static IEnumerable<Step> Steps(string path) => Pattern().Matches(path).Select(step => new Step(
        step.Groups["name"].Value.Replace("\\.", ".", StringComparison.Ordinal),
        step.Groups["field"].Success ? (step.Groups["field"].Value, step.Groups["value"].Value) : null));

    [GeneratedRegex("""\.(?<name>(?:[A-Za-z0-9_/-]|\\\.)+)(?:\[\?\(@\.(?<field>[A-Za-z]+)\s*==\s*["'](?<value>[^"']*)["']\)\])?""")]
    private static partial Regex Pattern();
}
