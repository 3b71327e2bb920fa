using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TempoCos.Cluster.Api.Schemas;

/// <summary>
/// Regular expressions of Go's syntax (RE2) as those of .NET: classes are of ASCII, <c>$</c> is the end of the text, and what looks around or back
/// does not exist. Wrong ones are refused in the words of Go.
/// </summary>
public static class GoPattern
{
    private const string Escapes = "afnrtvxpPAbBzCdDsSwWQE0";
    private const string Space = @"\t\n\f\r ";
    private const string Word = "0-9A-Za-z_";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string> Posix = new()
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7F",
        ["blank"] = @"\t ",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["space"] = @"\t\n\v\f\r ",
        ["upper"] = "A-Z",
        ["word"] = Word,
        ["xdigit"] = "0-9A-Fa-f",
    };

    /// <summary>Null for what is no pattern.</summary>
    public static Regex? Compile(string pattern) => Read(pattern).Compiled;

    /// <summary>What is wrong with it; null for a good one.</summary>
    public static string? Problem(string pattern) => Read(pattern).Problem;

    public static string Translate(string pattern)
    {
        var text = new StringBuilder();
        var manyLines = Regex.IsMatch(pattern, @"\(\?[a-zA-Z]*m");
        var begun = -1;
        for (var at = 0; at < pattern.Length; at++)
        {
            var inClass = begun >= 0;
            switch (pattern[at])
            {
                case '\\':
                    at = Escape(pattern, at, inClass, text);
                    break;
                case '[' when !inClass:
                    begun = at;
                    text.Append('[');
                    if (Next(pattern, at) == '^')
                    {
                        text.Append(pattern[++at]);
                    }

                    if (Next(pattern, at) == ']')
                    {
                        text.Append(@"\]");
                        at++;
                    }

                    break;
                case '[' when Next(pattern, at) == ':' && pattern.IndexOf(":]", at, StringComparison.Ordinal) is > 0 and var end:
                    text.Append(Posix.GetValueOrDefault(pattern[(at + 2)..end]) ?? throw new FormatException($"invalid character class range: `{pattern[at..(end + 2)]}`"));
                    at = end + 1;
                    break;
                case '[':
                    text.Append(@"\[");
                    break;
                case ']' when inClass:
                    begun = -1;
                    text.Append(']');
                    break;
                case '(' when !inClass && Next(pattern, at) == '?':
                    at = Group(pattern, at, text);
                    break;
                case '$' when !inClass && !manyLines:
                    text.Append(@"\z");
                    break;
                case var other:
                    text.Append(other);
                    break;
            }
        }

        return begun < 0 ? text.ToString() : throw new FormatException($"missing closing ]: `{pattern[begun..]}`");
    }

    private static (Regex? Compiled, string? Problem) Read(string pattern)
    {
        try
        {
            return (new Regex(Translate(pattern), RegexOptions.CultureInvariant, Limit), null);
        }
        catch (RegexParseException wrong)
        {
            return (null, "error parsing regexp: " + wrong.Error switch
            {
                RegexParseError.InsufficientClosingParentheses => $"missing closing ): `{pattern}`",
                RegexParseError.InsufficientOpeningParentheses => $"unexpected ): `{pattern}`",
                RegexParseError.QuantifierAfterNothing => $"missing argument to repetition operator: `{pattern[Math.Clamp(wrong.Offset - 1, 0, pattern.Length - 1)]}`",
                RegexParseError.NestedQuantifiersNotParenthesized => $"invalid nested repetition operator: `{pattern}`",
                RegexParseError.ReversedCharacterRange => $"invalid character class range: `{pattern}`",
                RegexParseError.ReversedQuantifierRange => $"invalid repeat count: `{pattern}`",
                _ => wrong.Message,
            });
        }
        catch (FormatException wrong)
        {
            return (null, $"error parsing regexp: {wrong.Message}");
        }
    }

    private static char Next(string pattern, int at) => at + 1 < pattern.Length ? pattern[at + 1] : '\0';

    private static int Escape(string pattern, int at, bool inClass, StringBuilder text)
    {
        if (at + 1 == pattern.Length)
        {
            throw new FormatException("trailing backslash at end of expression: ``");
        }

        var letter = pattern[++at];
        if (char.IsAsciiLetterOrDigit(letter) && !Escapes.Contains(letter, StringComparison.Ordinal))
        {
            throw new FormatException($"invalid escape sequence: `\\{letter}`");
        }

        if (letter == 'x' && Next(pattern, at) == '{' && pattern.IndexOf('}', at) is > 0 and var end)
        {
            if (!ushort.TryParse(pattern.AsSpan((at + 2)..end), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rune))
            {
                throw new FormatException($"invalid escape sequence: `{pattern[(at - 1)..(end + 1)]}`");
            }

            text.Append($"\\u{rune:X4}");
            return end;
        }

        if (letter == 'Q')
        {
            var last = pattern.IndexOf(@"\E", at, StringComparison.Ordinal);
            text.Append(Regex.Escape(last < 0 ? pattern[(at + 1)..] : pattern[(at + 1)..last]));
            return last < 0 ? pattern.Length : last + 1;
        }

        if (letter is 'p' or 'P' && char.IsAsciiLetterUpper(Next(pattern, at)))
        {
            text.Append($"\\{letter}{{{pattern[at + 1]}}}");
            return at + 1;
        }

        text.Append((letter, inClass) switch
        {
            ('d', _) => inClass ? "0-9" : "[0-9]",
            ('w', _) => inClass ? Word : $"[{Word}]",
            ('s', _) => inClass ? Space : $"[{Space}]",
            ('D', false) => "[^0-9]",
            ('W', false) => $"[^{Word}]",
            ('S', false) => $"[^{Space}]",
            _ => $"\\{letter}",
        });
        return at;
    }

    private static int Group(string pattern, int at, StringBuilder text)
    {
        var kind = pattern.AsSpan(at);
        if (kind.StartsWith("(?P<", StringComparison.Ordinal))
        {
            text.Append("(?<");
            return at + 3;
        }

        foreach (var unknown in (ReadOnlySpan<string>)["(?=", "(?!", "(?<=", "(?<!", "(?>", "(?#", "(?'"])
        {
            if (kind.StartsWith(unknown, StringComparison.Ordinal))
            {
                throw new FormatException($"invalid or unsupported Perl syntax: `{unknown}`");
            }
        }

        text.Append('(');
        return at;
    }
}
