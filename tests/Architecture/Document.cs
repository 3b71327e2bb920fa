using System.Text.RegularExpressions;

namespace TempoCos.Architecture.Tests;

/// <summary>A page of Markdown.</summary>
/// <param name="Path">From the root of the tree, with slashes.</param>
internal sealed partial record Document(string Path, string Text)
{
    /// <summary>Lines of the page and whether each stands in a block of code.</summary>
    private IEnumerable<(string Text, bool IsCode)> Lines
    {
        get
        {
            var isCode = false;
            foreach (var line in Text.ReplaceLineEndings("\n").Split('\n'))
            {
                if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                {
                    isCode = !isCode;
                }
                else
                {
                    yield return (line, isCode);
                }
            }
        }
    }

    public IEnumerable<string> Links => Lines.Where(line => !line.IsCode).SelectMany(line => Link().Matches(Span().Replace(line.Text, "")).Select(match => match.Groups["target"].Value));

    /// <summary>Names of the headings in links, as the usual renderers make them.</summary>
    public IEnumerable<string> Anchors => Lines.Where(line => !line.IsCode && line.Text.StartsWith('#'))
        .Select(line => NoPartOfAnchors().Replace(line.Text.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))
        .GroupBy(anchor => anchor)
        .SelectMany(group => group.Select((anchor, index) => index == 0 ? anchor : $"{anchor}-{index}"));

    [GeneratedRegex("(?<ticks>`+)(?<code>.+?)\\k<ticks>")]
    private static partial Regex Span();

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoPartOfAnchors();
}
