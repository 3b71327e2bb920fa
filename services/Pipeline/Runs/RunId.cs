using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace TempoCos.Pipeline.Runs;

/// <summary>Names of runs: short enough to stand in bucket and namespace names.</summary>
internal static partial class RunId
{
    public static string Draw() => "r" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 10);

    public static bool IsValid(string? text) => text is not null && Shape().IsMatch(text);

    [GeneratedRegex("^r[a-z0-9]{4,20}$", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
