using System.Reflection;

namespace TempoCos.Pipeline.Doctor.Explaining;

/// <summary>docs/diagnostics.md and docs/diagnostics/, which this program carries with it: what is told here stands there, and nowhere else.</summary>
internal static class Explanations
{
    private const int Suggestions = 3;
    private static readonly Assembly Own = typeof(Explanations).Assembly;

    public static IReadOnlyList<Explanation> All { get; } = [.. Read()];

    /// <summary>Null for an unknown code.</summary>
    public static Explanation? Find(string code) => All.FirstOrDefault(explanation => explanation.Code == code);

    /// <summary>Codes that may have been meant: those that begin alike, and of them the nearest.</summary>
    public static IReadOnlyList<string> Near(string code)
    {
        var wanted = int.TryParse(code.Length > 5 ? code[2..5] : code[Math.Min(2, code.Length)..].PadRight(3, '0'), out var number) ? number : 0;
        return
        [
            .. All.OrderByDescending(explanation => Math.Min(3, explanation.Code.AsSpan().CommonPrefixLength(code)))
                .ThenBy(explanation => Math.Abs(int.Parse(explanation.Code.AsSpan(2), provider: null) - wanted))
                .Take(Suggestions)
                .Select(explanation => explanation.Code)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<Explanation> Read()
    {
        var table = "";
        foreach (var line in Resource("diagnostics.md")!.Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                table = line[3..].Trim();
            }
            else if (line.StartsWith("| TC", StringComparison.Ordinal) && line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries) is [var code, var meaning, var value, var fix])
            {
                yield return new Explanation(code, table, meaning, value, fix, LongForm(code));
            }
        }
    }

    private static string? LongForm(string code) => Resource($"{code}.md") is { } text ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..].Trim() : null;

    private static string? Resource(string name)
    {
        using var stream = Own.GetManifestResourceStream(name);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
