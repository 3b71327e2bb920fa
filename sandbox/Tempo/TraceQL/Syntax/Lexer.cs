using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>
/// Terminals for the parser. What follows a scope's dot is an attribute's name, which runs on through operators' signs like + - * / up to a blank or a bracket.
/// The first error counts; after it the text ends.
/// </summary>
internal sealed partial class Lexer
{
    private const string NameEnds = "{}()=~!<>&|^,";
    private readonly RuneScanner _scanner;
    private bool _inAttribute;
    private int _scope;

    public Lexer(string text) => _scanner = new(text, Report);

    public TraceQLException? Error { get; private set; }

    /// <summary>The last token's value: a string, an integer, a float; nanoseconds for a duration.</summary>
    public object? Value { get; private set; }

    /// <summary>Notes an error where the last token began.</summary>
    public void Report(string message) => Error ??= new(
        _scanner is { Line: 0, Column: 0 } ? $"parse error : {message}" : $"parse error at line {_scanner.Line}, col {_scanner.Column}: {message}");

    public int Next()
    {
        Value = null;
        if (_inAttribute)
        {
            return AttributePart();
        }

        var found = _scanner.Scan();
        var text = _scanner.Token;
        switch (found)
        {
            case RuneClass.End:
                return Terminals.End;
            case RuneClass.Text:
                Value = GoStrings.Unquote(text);
                return Value is null ? Fail("invalid syntax") : Terminals.Text;
            case RuneClass.Integer or RuneClass.Float:
                return Number(text, found == RuneClass.Integer);
        }

        return Sign(text) ?? Word(text);
    }

    private int? Sign(string text)
    {
        int? longest = null;
        for (var longer = text; _scanner.Peek() != RuneScanner.End; longest = Terminals.FindSign(longer), _scanner.Take())
        {
            longer += char.ConvertFromUtf32(_scanner.Peek());
            if (Terminals.FindSign(longer) is null)
            {
                break;
            }
        }

        if (longest is { } sign && Terminals.Name(sign) is var name && name.Length > 1 && name[^1] is '.' or ':' && char.IsLetter(name[0]))
        {
            _scope = sign;
        }

        longest ??= Terminals.FindSign(text);
        _inAttribute = longest is { } start && Terminals.Name(start) is [.., '.'];
        return longest;
    }

    private int Word(string text)
    {
        Value = text;
        return Terminals.Identifier;
    }

    private int AttributePart()
    {
        if (!IsNamePart(_scanner.Peek()))
        {
            _inAttribute = false;
            return Terminals.EndOfAttribute;
        }

        // Only a parent's attribute has a scope behind its scope.
        if (_scope == Terminals.Find("parent."))
        {
            foreach (var scope in (string[])["span.", "resource."])
            {
                if (Enumerable.Range(0, scope.Length).All(i => _scanner.PeekAhead(i) == scope[i]))
                {
                    for (var i = 0; i < scope.Length; i++)
                    {
                        _scanner.Take();
                    }

                    return _scope = Terminals.Find(scope)!.Value;
                }
            }
        }

        var name = new StringBuilder();
        while (IsNamePart(_scanner.Peek()))
        {
            if (_scanner.Peek() != '"')
            {
                name.Append(char.ConvertFromUtf32(_scanner.Take()));
            }
            else if (!ReadQuoted(name))
            {
                return Terminals.End;
            }
        }

        Value = name.ToString();
        return Terminals.Identifier;
    }

    private bool ReadQuoted(StringBuilder name)
    {
        _scanner.Take();
        while (_scanner.Peek() != RuneScanner.End)
        {
            var rune = _scanner.Take();
            if (rune == '"')
            {
                return true;
            }

            if (rune == '\\')
            {
                if (_scanner.Peek() is not ('"' or '\\'))
                {
                    Fail("invalid escape sequence");
                    return false;
                }

                rune = _scanner.Take();
            }

            name.Append(char.ConvertFromUtf32(rune));
        }

        Fail("unexpected EOF, expecting \"");
        return false;
    }

    private int Number(string text, bool integer)
    {
        var (longer, count) = (text, 0);
        while (_scanner.PeekAhead(count) is var rune and >= 0 && (rune is '.' or 'n' or 's' or 'u' or 'm' or 'h' or 'µ' or 'd' or 'w' or 'y' || IsDigit(rune)))
        {
            longer += char.ConvertFromUtf32(rune);
            count++;
        }

        if (count > 0 && TryDuration(longer, out var nanos))
        {
            for (; count > 0; count--)
            {
                _scanner.Take();
            }

            Value = nanos;
            return Terminals.Duration;
        }

        if (integer)
        {
            if (text.All(char.IsAsciiDigit))
            {
                if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
                {
                    Value = whole;
                    return Terminals.Integer;
                }

                return Fail($"strconv.Atoi: parsing \"{text}\": value out of range");
            }

            return Fail($"strconv.Atoi: parsing \"{text}\": invalid syntax");
        }

        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number))
        {
            return Fail($"strconv.ParseFloat: parsing \"{text}\": invalid syntax");
        }

        if (double.IsInfinity(number))
        {
            return Fail($"strconv.ParseFloat: parsing \"{text}\": value out of range");
        }

        Value = number;
        return Terminals.Float;
    }

    // As Prometheus writes them, or as Go does: only the one knows days, only the other fractions.
    private static bool TryDuration(string text, out long nanos) =>
        GoDuration.TryParseNanos(text, out nanos) && (text.AsSpan().IndexOfAny("dwy") < 0 || PrometheusDuration.IsMatch(text));

    [GeneratedRegex("^([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$", RegexOptions.CultureInvariant)]
    private static partial Regex PrometheusDuration { get; }

    private int Fail(string message)
    {
        Report(message);
        return Terminals.End;
    }

    private static bool IsDigit(int rune) => Rune.IsValid(rune) && Rune.IsNumber(new Rune(rune));

    private static bool IsNamePart(int rune) => rune >= 0 && !Rune.IsWhiteSpace(new Rune(rune)) && (rune > 127 || !NameEnds.Contains((char)rune, StringComparison.Ordinal));
}
