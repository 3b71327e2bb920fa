using System.Security.Cryptography;
using System.Text.RegularExpressions;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Runs;

/// <summary>Names of runs: short enough to stand in bucket and namespace names.</summary>
internal static partial class RunId
{
    /// <exception cref="DiagnosticException">One is given, and is none.</exception>
    public static string OrDraw(string? given)
    {
        var runId = given is { Length: > 0 } ? given : Draw();
        return IsValid(runId) ? runId : throw new DiagnosticException("TC906", runId, "not a run id", "Write r and 4 to 20 of a-z, 0-9.");
    }

    public static bool IsValid(string? text) => text is not null && Shape().IsMatch(text);

    private static string Draw() => "r" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 10);

    [GeneratedRegex("^r[a-z0-9]{4,20}$", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
