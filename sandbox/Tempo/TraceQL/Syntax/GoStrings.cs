using System.Globalization;
using System.Text;

namespace TempoCos.Tempo.TraceQL.Syntax;

/// <summary>String literals as Go writes them.</summary>
internal static class GoStrings
{
    /// <summary>What a literal with its quotes stands for; null when it is none.</summary>
    public static string? Unquote(string literal)
    {
        if (literal.Length < 2 || literal[0] != literal[^1])
        {
            return null;
        }

        var content = literal.AsSpan(1, literal.Length - 2);
        if (literal[0] == '`')
        {
            return content.ToString().Replace("\r", "", StringComparison.Ordinal);
        }

        if (content.IndexOfAny('\\', '\n') < 0)
        {
            return content.ToString();
        }

        // Octal and hexadecimal escapes are bytes, which need not be whole characters each.
        var bytes = new List<byte>();
        for (var i = 0; i < content.Length;)
        {
            if (content[i] == '\n')
            {
                return null;
            }

            if (content[i] != '\\')
            {
                Rune.DecodeFromUtf16(content[i..], out var rune, out var length);
                Append(bytes, rune);
                i += length;
                continue;
            }

            if (++i >= content.Length)
            {
                return null;
            }

            var digits = content[i] switch
            {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                >= '0' and <= '7' => 3,
                _ => 0,
            };
            if (digits == 0)
            {
                var at = "abfnrtv\\\"".IndexOf(content[i], StringComparison.Ordinal);
                if (at < 0)
                {
                    return null;
                }

                bytes.Add((byte)"\a\b\f\n\r\t\v\\\""[at]);
                i++;
                continue;
            }

            var octal = digits == 3;
            var from = octal ? i : i + 1;
            if (from + digits > content.Length || !TryNumber(content.Slice(from, digits), octal, out var code))
            {
                return null;
            }

            i = from + digits;
            if (octal || digits == 2)
            {
                if (code > 255)
                {
                    return null;
                }

                bytes.Add((byte)code);
            }
            else if (code <= int.MaxValue && Rune.IsValid((int)code))
            {
                Append(bytes, new Rune((int)code));
            }
            else
            {
                return null;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, bool octal, out uint value)
    {
        if (!octal)
        {
            return uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        }

        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7')
            {
                return false;
            }

            value = (value * 8) + (uint)(digit - '0');
        }

        return true;
    }

    private static void Append(List<byte> bytes, Rune rune)
    {
        Span<byte> encoded = stackalloc byte[4];
        var length = rune.EncodeToUtf8(encoded);
        for (var i = 0; i < length; i++)
        {
            bytes.Add(encoded[i]);
        }
    }
}
