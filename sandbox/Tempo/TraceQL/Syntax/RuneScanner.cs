using System.Globalization;
using System.Text;

namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>
/// Cuts text into Go's tokens: identifiers, numbers, strings, characters, comments (skipped), and single runes. Positions are those of the token's
/// first rune, both from 1; the position is lost (line 0) once single runes are taken with <see cref="Take"/>, as in Go's scanner.
/// </summary>
internal sealed class RuneScanner(string source, Action<string> report)
{
    public const int End = -1;
    private readonly int[] _runes = [.. source.EnumerateRunes().Select(rune => rune.Value)];
    private int _next;
    private int _tokenStart;
    private int _tokenEnd;
    private int _lineNow = 1;
    private int _columnNow;
    private int _lengthOfLastLine;
    private int _current = NotRead;
    private bool _atEnd;
    private const int NotRead = -2;

    public int Line { get; private set; }

    public int Column { get; private set; }

    public string Token { get; private set; } = "";

    /// <summary>The rune after the token, which stays.</summary>
    public int Peek()
    {
        if (_current == NotRead)
        {
            _current = Advance();
            if (_current == 0xFEFF)
            {
                _current = Advance();
            }
        }

        return _current;
    }

    /// <summary>Runes that follow <see cref="Peek"/>'s, without taking them.</summary>
    public int PeekAhead(int runes) => Peek() == End || _next + runes - 1 >= _runes.Length ? End : runes == 0 ? _current : _runes[_next + runes - 1];

    public int Take()
    {
        var rune = Peek();
        Line = 0;
        if (rune != End)
        {
            _current = Advance();
        }

        return rune;
    }

    public RuneClass Scan()
    {
        var rune = Peek();
        Line = 0;
        while (true)
        {
            while (rune is '\t' or '\n' or '\r' or ' ')
            {
                rune = Advance();
            }

            _tokenStart = rune == End ? _next : _next - 1;
            (Line, Column) = _columnNow > 0 ? (_lineNow, _columnNow) : (_lineNow - 1, _lengthOfLastLine);
            if (rune != '/' || _next >= _runes.Length || _runes[_next] is not ('/' or '*'))
            {
                break;
            }

            rune = SkipComment(Advance());
        }

        var found = RuneClass.Rune;
        if (IsLetter(rune))
        {
            found = RuneClass.Word;
            do
            {
                rune = Advance();
            }
            while (IsLetter(rune) || (rune >= 0 && Rune.IsValid(rune) && Rune.GetUnicodeCategory(new Rune(rune)) == UnicodeCategory.DecimalDigitNumber));
        }
        else if (IsDecimal(rune))
        {
            (found, rune) = Number(rune, seenPoint: false);
        }
        else
        {
            switch (rune)
            {
                case End:
                    found = RuneClass.End;
                    break;
                case '"':
                    found = RuneClass.Text;
                    Quoted('"');
                    rune = Advance();
                    break;
                case '\'':
                    if (Quoted('\'') != 1)
                    {
                        report("invalid char literal");
                    }

                    rune = Advance();
                    break;
                case '`':
                    found = RuneClass.Text;
                    Raw();
                    rune = Advance();
                    break;
                case '.':
                    rune = Advance();
                    if (IsDecimal(rune))
                    {
                        (found, rune) = Number(rune, seenPoint: true);
                    }

                    break;
                default:
                    rune = Advance();
                    break;
            }
        }

        _tokenEnd = rune == End && _atEnd ? _runes.Length : _next - 1;
        _current = rune;
        Token = Between(_tokenStart, Math.Max(_tokenStart, _tokenEnd));
        return found;
    }

    private string Between(int start, int end)
    {
        var text = new StringBuilder();
        for (var i = start; i < end; i++)
        {
            text.Append(new Rune(_runes[i]));
        }

        return text.ToString();
    }

    private int Advance()
    {
        if (_next >= _runes.Length)
        {
            // The end counts as one column, once.
            _columnNow += _atEnd || _runes.Length == 0 ? 0 : 1;
            _atEnd = true;
            return End;
        }

        var rune = _runes[_next++];
        _columnNow++;
        if (rune == 0)
        {
            report("invalid character NUL");
        }
        else if (rune == '\n')
        {
            _lineNow++;
            _lengthOfLastLine = _columnNow;
            _columnNow = 0;
        }

        return rune;
    }

    private int SkipComment(int kind)
    {
        var rune = Advance();
        if (kind == '/')
        {
            while (rune is not ('\n' or End))
            {
                rune = Advance();
            }

            return rune;
        }

        while (rune != End)
        {
            var before = rune;
            rune = Advance();
            if (before == '*' && rune == '/')
            {
                return Advance();
            }
        }

        report("comment not terminated");
        return rune;
    }

    private (RuneClass Class, int Next) Number(int rune, bool seenPoint)
    {
        var (radix, prefix) = (10, '\0');
        var (digits, separators) = (false, false);
        var invalid = 0;
        var found = RuneClass.Integer;
        if (!seenPoint)
        {
            if (rune == '0')
            {
                rune = Advance();
                (radix, prefix) = Lower(rune) switch
                {
                    'x' => (16, 'x'),
                    'o' => (8, 'o'),
                    'b' => (2, 'b'),
                    _ => (8, '0'),
                };
                if (prefix == '0')
                {
                    digits = true;
                }
                else
                {
                    rune = Advance();
                }
            }

            rune = Digits(rune);
            if (rune == '.')
            {
                rune = Advance();
                seenPoint = true;
            }
        }

        if (seenPoint)
        {
            found = RuneClass.Float;
            if (prefix is 'o' or 'b')
            {
                report($"invalid radix point in {Literal(prefix)}");
            }

            rune = Digits(rune);
        }

        if (!digits)
        {
            report($"{Literal(prefix)} has no digits");
        }

        if (Lower(rune) is 'e' or 'p')
        {
            if (Lower(rune) == 'e' && prefix is not ('\0' or '0'))
            {
                report($"'{new Rune(rune)}' exponent requires decimal mantissa");
            }
            else if (Lower(rune) == 'p' && prefix != 'x')
            {
                report($"'{new Rune(rune)}' exponent requires hexadecimal mantissa");
            }

            rune = Advance();
            found = RuneClass.Float;
            if (rune is '+' or '-')
            {
                rune = Advance();
            }

            (radix, digits) = (10, false);
            var kept = invalid;
            rune = Digits(rune);
            invalid = kept;
            if (!digits)
            {
                report("exponent has no digits");
            }
        }
        else if (prefix == 'x' && found == RuneClass.Float)
        {
            report("hexadecimal mantissa requires a 'p' exponent");
        }

        if (found == RuneClass.Integer && invalid != 0)
        {
            report($"invalid digit '{(char)invalid}' in {Literal(prefix)}");
        }

        if (separators && HasLooseSeparator(Between(_tokenStart, rune == End ? _runes.Length : _next - 1)))
        {
            report("'_' must separate successive digits");
        }

        return (found, rune);

        int Digits(int at)
        {
            while (at == '_' || (radix <= 10 ? IsDecimal(at) : at is > 0 and < 128 && char.IsAsciiHexDigit((char)at)))
            {
                if (at == '_')
                {
                    separators = true;
                }
                else
                {
                    digits = true;
                    invalid = invalid == 0 && radix <= 10 && at >= '0' + radix ? at : invalid;
                }

                at = Advance();
            }

            return at;
        }
    }

    private static bool HasLooseSeparator(string number)
    {
        var (hex, before, at) = (false, '.', 0);
        if (number.Length >= 2 && number[0] == '0' && (number[1] | 0x20) is 'x' or 'o' or 'b')
        {
            (hex, before, at) = ((number[1] | 0x20) == 'x', '0', 2);
        }

        for (; at < number.Length; at++)
        {
            var digit = number[at] == '_' ? '_' : char.IsAsciiDigit(number[at]) || (hex && char.IsAsciiHexDigit(number[at])) ? '0' : '.';
            if ((digit == '_' && before != '0') || (digit == '.' && before == '_'))
            {
                return true;
            }

            before = digit;
        }

        return before == '_';
    }

    private int Quoted(int quote)
    {
        var length = 0;
        var rune = Advance();
        for (; rune != quote; length++)
        {
            if (rune is '\n' or End)
            {
                report("literal not terminated");
                return length;
            }

            rune = rune == '\\' ? Escape(quote) : Advance();
        }

        return length;
    }

    private void Raw()
    {
        var rune = Advance();
        while (rune != '`')
        {
            if (rune == End)
            {
                report("literal not terminated");
                return;
            }

            rune = Advance();
        }
    }

    private int Escape(int quote)
    {
        var rune = Advance();
        if (rune == quote || rune is 'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v' or '\\')
        {
            return Advance();
        }

        switch (rune)
        {
            case >= '0' and <= '7':
                return EscapedDigits(rune, 8, 3);
            case 'x':
                return EscapedDigits(Advance(), 16, 2);
            case 'u':
                return EscapedDigits(Advance(), 16, 4);
            case 'U':
                return EscapedDigits(Advance(), 16, 8);
            default:
                report("invalid char escape");
                return rune;
        }
    }

    private int EscapedDigits(int rune, int radix, int count)
    {
        for (; count > 0 && rune is > 0 and < 128 && (radix == 8 ? rune is >= '0' and <= '7' : char.IsAsciiHexDigit((char)rune)); count--)
        {
            rune = Advance();
        }

        if (count > 0)
        {
            report("invalid char escape");
        }

        return rune;
    }

    private static string Literal(char prefix) => prefix switch
    {
        'x' => "hexadecimal literal",
        'o' or '0' => "octal literal",
        'b' => "binary literal",
        _ => "decimal literal",
    };

    private static int Lower(int rune) => rune | 0x20;

    private static bool IsDecimal(int rune) => rune is >= '0' and <= '9';

    private static bool IsLetter(int rune) => rune == '_' || (rune >= 0 && Rune.IsValid(rune) && Rune.IsLetter(new Rune(rune)));
}
