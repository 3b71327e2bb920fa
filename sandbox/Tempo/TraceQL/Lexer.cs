using System.Globalization;
using System.Text;
using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.TraceQL;

/// <summary>Cuts a query into tokens. Attribute names run on through dots, dashes and slashes, so operators next to them need spaces.</summary>
public sealed class Lexer(string text)
{
    private const string NameEnds = "{}()=~!<>&|^,";
    private static readonly string[] Symbols =
    [
        "&>>", "&<<", "!>>", "!<<", ">>", "<<", "&&", "||", "!>", "!<", "!~", "&>", "&<", "&~", "=~", "!=", "<=", ">=",
        "{", "}", "(", ")", "|", ",", "=", "<", ">", "~", "!", "+", "-", "*", "/", "%", "^", "&",
    ];

    private static readonly Dictionary<string, AttributeScope> Scopes = new()
    {
        ["span"] = AttributeScope.Span,
        ["resource"] = AttributeScope.Resource,
        ["event"] = AttributeScope.Event,
        ["link"] = AttributeScope.Link,
        ["instrumentation"] = AttributeScope.Instrumentation,
        ["parent"] = AttributeScope.Parent,
    };

    private int _at;
    private int _line = 1;
    private int _lineStart;

    public static IReadOnlyList<Token> Tokenize(string text)
    {
        var lexer = new Lexer(text);
        var tokens = new List<Token>();
        do
        {
            tokens.Add(lexer.Next());
        }
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private char Current => _at < text.Length ? text[_at] : '\0';

    private char Ahead => _at + 1 < text.Length ? text[_at + 1] : '\0';

    private int Column => _at - _lineStart + 1;

    private Token Next()
    {
        SkipBlanks();
        var (line, column) = (_line, Column);
        if (_at >= text.Length)
        {
            return new(TokenKind.End, "", line, text.Length == 0 ? 1 : column);
        }

        if (Current is '"' or '`')
        {
            return new(TokenKind.String, ReadString(), line, column);
        }

        if (char.IsAsciiDigit(Current) || (Current == '.' && char.IsAsciiDigit(Ahead)))
        {
            return ReadNumber(line, column);
        }

        if (Current == '.')
        {
            _at++;
            return new(TokenKind.Attribute, "ATTRIBUTE", line, column, Attribute: new(AttributeScope.Any, ReadName(line, column)));
        }

        if (char.IsLetter(Current) || Current == '_')
        {
            return ReadWord(line, column);
        }

        foreach (var symbol in Symbols)
        {
            if (text.AsSpan(_at).StartsWith(symbol, StringComparison.Ordinal))
            {
                _at += symbol.Length;
                return new(TokenKind.Symbol, symbol, line, column);
            }
        }

        throw Error(line, column, $"unexpected character {Current}");
    }

    private void SkipBlanks()
    {
        while (_at < text.Length)
        {
            if (char.IsWhiteSpace(Current))
            {
                if (text[_at++] == '\n')
                {
                    (_line, _lineStart) = (_line + 1, _at);
                }
            }
            else if (Current == '/' && Ahead == '/')
            {
                _at = text.IndexOf('\n', _at) is >= 0 and var end ? end : text.Length;
            }
            else if (Current == '/' && Ahead == '*')
            {
                var (line, column) = (_line, Column);
                var end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                if (end < 0)
                {
                    throw Error(line, column, "comment not terminated");
                }

                for (; _at < end + 2; _at++)
                {
                    if (Current == '\n')
                    {
                        (_line, _lineStart) = (_line + 1, _at + 1);
                    }
                }
            }
            else
            {
                return;
            }
        }
    }

    private Token ReadWord(int line, int column)
    {
        var start = _at;
        while (char.IsLetterOrDigit(Current) || Current == '_')
        {
            _at++;
        }

        var word = text[start.._at];
        if (Current == '.' && Scopes.TryGetValue(word, out var scope))
        {
            _at++;
            return new(TokenKind.Attribute, "ATTRIBUTE", line, column, Attribute: new(scope, ReadName(line, column)));
        }

        if (Current == ':' && word is "span" or "trace" or "event" or "link" or "instrumentation")
        {
            var colon = _at++;
            while (char.IsLetterOrDigit(Current))
            {
                _at++;
            }

            word = text[start.._at];
            if (Intrinsics.Find(word) == Intrinsic.None)
            {
                throw Error(line, colon - _lineStart + 2, $"unknown identifier: {text[(colon + 1).._at]}");
            }
        }

        return Intrinsics.Find(word) is not Intrinsic.None and var intrinsic
            ? new(TokenKind.Intrinsic, word, line, column, Attribute: new(AttributeScope.Intrinsic, word, intrinsic))
            : new(TokenKind.Identifier, word, line, column);
    }

    private string ReadName(int line, int column)
    {
        var name = new StringBuilder();
        while (_at < text.Length && !char.IsWhiteSpace(Current) && !NameEnds.Contains(Current, StringComparison.Ordinal))
        {
            if (Current == '"')
            {
                name.Append(ReadString());
            }
            else
            {
                name.Append(text[_at++]);
            }
        }

        return name.Length > 0 ? name.ToString() : throw Error(line, column, "syntax error: unexpected end of attribute");
    }

    private string ReadString()
    {
        var (line, column) = (_line, Column);
        var quote = text[_at++];
        var content = new StringBuilder();
        while (_at < text.Length)
        {
            var letter = text[_at++];
            if (letter == quote)
            {
                return content.ToString();
            }

            if (letter != '\\' || quote == '`' || _at >= text.Length)
            {
                content.Append(letter);
                continue;
            }

            content.Append(text[_at++] switch
            {
                'n' => "\n",
                't' => "\t",
                'r' => "\r",
                'a' => "\a",
                'b' => "\b",
                'f' => "\f",
                'v' => "\v",
                'x' => CodePoint(2),
                'u' => CodePoint(4),
                'U' => CodePoint(8),
                var plain and ('\\' or '"' or '\'') => plain.ToString(),
                _ => throw Error(line, column, "invalid char escape"),
            });
        }

        throw Error(line, column, "literal not terminated");

        string CodePoint(int digits)
        {
            if (_at + digits > text.Length || !int.TryParse(text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
            {
                throw Error(line, column, "invalid char escape");
            }

            _at += digits;
            return new Rune(code).ToString();
        }
    }

    private Token ReadNumber(int line, int column)
    {
        var start = _at;
        ReadDigits();
        // A duration is digits and units by turns: 1h30m.
        var end = _at;
        var probe = _at;
        while (probe < text.Length && (char.IsLetterOrDigit(text[probe]) || text[probe] == '.'))
        {
            probe++;
        }

        if (probe > end && GoDuration.TryParseNanos(text.AsSpan(start, probe - start), out var nanos))
        {
            _at = probe;
            return new(TokenKind.Duration, text[start.._at], line, column, nanos);
        }

        if (Current is 'e' or 'E' && (char.IsAsciiDigit(Ahead) || (Ahead is '+' or '-' && _at + 2 < text.Length && char.IsAsciiDigit(text[_at + 2]))))
        {
            _at += 2;
            ReadDigits();
        }

        var number = text[start.._at];
        if (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var integer))
        {
            return new(TokenKind.Integer, number, line, column, integer);
        }

        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? new(TokenKind.Float, number, line, column, Float: value)
            : throw Error(line, column, $"invalid number {number}");
    }

    private void ReadDigits()
    {
        while (char.IsAsciiDigit(Current) || (Current == '.' && char.IsAsciiDigit(Ahead)))
        {
            _at++;
        }
    }

    private static TraceQLException Error(int line, int column, string message) => new($"parse error at line {line}, col {column}: {message}");
}
