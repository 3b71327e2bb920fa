using System.Text;

namespace TempoCos.Tempo.TraceQL.Expressions;

/// <summary>Go's regular expressions in .NET's syntax, as far as they differ.</summary>
internal static class GoPattern
{
    /// <exception cref="ArgumentException">Go knows no such expression, although .NET does.</exception>
    public static string Translate(string pattern)
    {
        var result = new StringBuilder(pattern.Length);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (rest[0] == '\\' && i + 1 < pattern.Length)
            {
                if (rest[1] == 'Q')
                {
                    var end = pattern.IndexOf(@"\E", i, StringComparison.Ordinal);
                    result.Append(System.Text.RegularExpressions.Regex.Escape(end < 0 ? pattern[(i + 2)..] : pattern[(i + 2)..end]));
                    i = end < 0 ? pattern.Length : end + 1;
                    continue;
                }

                result.Append(rest[1] switch
                {
                    // ASCII only in Go.
                    'd' => inClass ? "0-9" : "[0-9]",
                    'D' => "[^0-9]",
                    'w' => inClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]",
                    'W' => "[^0-9A-Za-z_]",
                    's' => inClass ? @"\t\n\f\r " : @"[\t\n\f\r ]",
                    'S' => @"[^\t\n\f\r ]",
                    'z' or 'A' or 'b' or 'B' or 'a' or 'f' or 't' or 'n' or 'r' or 'v' or 'x' or 'p' or 'P' => rest[..2].ToString(),
                    >= '0' and <= '7' => rest[..2].ToString(),
                    var other when !char.IsAsciiLetterOrDigit(other) => rest[..2].ToString(),
                    _ => throw new ArgumentException("invalid escape sequence"),
                });
                i++;
            }
            else if (!inClass && rest.StartsWith("(?"))
            {
                var opening = rest.StartsWith("(?P<") ? "(?<" : rest.StartsWith("(?<=") || rest.StartsWith("(?<!") || rest.StartsWith("(?=") || rest.StartsWith("(?!") || rest.StartsWith("(?>")
                    ? throw new ArgumentException("invalid or unsupported Perl syntax")
                    : "(?";
                result.Append(opening);
                i += opening == "(?<" && rest[2] == 'P' ? 3 : 1;
            }
            else
            {
                if (rest[0] == '[' && inClass && rest.StartsWith("[:") && Posix(rest) is { } posix)
                {
                    result.Append(posix.Set);
                    i += posix.Length - 1;
                    continue;
                }

                // .NET would subtract a class that stands in a class.
                result.Append(rest[0] == '[' && inClass ? @"\[" : rest[..1]);
                if (rest[0] == '[' && !inClass)
                {
                    inClass = true;
                    var negated = i + 1 < pattern.Length && pattern[i + 1] == '^';
                    result.Append(negated ? "^" : "");
                    i += negated ? 1 : 0;
                    if (i + 1 < pattern.Length && pattern[i + 1] == ']')
                    {
                        result.Append(@"\]");
                        i++;
                    }
                }
                else if (rest[0] == ']' && inClass)
                {
                    inClass = false;
                }
            }
        }

        return result.ToString();
    }

    private static (string Set, int Length)? Posix(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(":]");
        var set = end < 0 ? null : rest[2..end] switch
        {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "digit" => "0-9",
            "lower" => "a-z",
            "upper" => "A-Z",
            "space" => @"\t\n\v\f\r ",
            "word" => "0-9A-Za-z_",
            "xdigit" => "0-9A-Fa-f",
            "punct" => @"!-/:-@\[-`{-~",
            _ => null,
        };
        return set is null ? null : (set, end + 2);
    }
}
