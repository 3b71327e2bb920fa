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

    /// <summary>Codes that may have been meant.</summary>
    public static IReadOnlyList<string> Near(string code)
    {
        var number = int.TryParse(string.Concat(code.Where(char.IsAsciiDigit)), out var parsed) ? parsed : 0;
        return [.. All.OrderBy(explanation => Math.Abs(int.Parse(explanation.Code.AsSpan(2), provider: null) - number)).Take(Suggestions).Select(explanation => explanation.Code).Order(StringComparer.Ordinal)];
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
