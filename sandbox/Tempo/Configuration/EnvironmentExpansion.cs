using System.Text.RegularExpressions;

namespace TempoCos.Tempo.Configuration;

/// <summary><c>-config.expand-env</c>: <c>${NAME}</c> and <c>${NAME:default}</c> (also <c>:-</c>) from the environment; an unset name is empty.</summary>
public static partial class EnvironmentExpansion
{
    public static string Expand(string text, Func<string, string?> variable) =>
        Placeholder().Replace(text, match => variable(match.Groups["name"].Value) is { Length: > 0 } value ? value : match.Groups["default"].Value);

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::?[-=]|:)?(?<default>[^}]*)\}")]
    private static partial Regex Placeholder();
}
