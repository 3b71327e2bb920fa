using System.Globalization;
using System.Text;

namespace TempoCos.Cluster.Operator.Configuration;

/// <summary>Durations as Go writes them (48h0m0s), which is how they stand in configuration files.</summary>
public static class GoDuration
{
    private const decimal Second = 1_000_000_000;

    /// <summary>The duration as Go would print it; the text as it is where it is none.</summary>
    public static string Canonical(string? text) => Nanoseconds(text) is { } nanoseconds ? Print(nanoseconds) : text ?? "0s";

    public static bool IsDuration(string text) => Nanoseconds(text) is not null;

    public static bool IsZero(string? text) => string.IsNullOrEmpty(text) || Nanoseconds(text) == 0;

    public static long Seconds(string? text) => (long)((Nanoseconds(text) ?? 0) / Second);

    private static decimal? Nanoseconds(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var rest = text.AsSpan(text[0] is '-' or '+' ? 1 : 0);
        if (rest is "0")
        {
            return 0;
        }

        decimal total = 0;
        while (!rest.IsEmpty)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
            {
                digits++;
            }

            var letters = digits;
            while (letters < rest.Length && !char.IsAsciiDigit(rest[letters]) && rest[letters] != '.')
            {
                letters++;
            }

            if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || Unit(rest[digits..letters]) is not { } unit)
            {
                return null;
            }

            total += number * unit;
            rest = rest[letters..];
        }

        return text[0] == '-' ? -total : total;
    }

    private static decimal? Unit(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "µs" => 1_000,
        "ms" => 1_000_000,
        "s" => Second,
        "m" => 60 * Second,
        "h" => 3600 * Second,
        _ => null,
    };

    private static string Print(decimal nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return "0s";
        }

        var (sign, rest) = nanoseconds < 0 ? ("-", -nanoseconds) : ("", nanoseconds);
        if (rest < Second)
        {
            var (unit, name) = rest < 1_000 ? (1m, "ns") : rest < 1_000_000 ? (1_000m, "µs") : (1_000_000m, "ms");
            return sign + (rest / unit).ToString("0.######", CultureInfo.InvariantCulture) + name;
        }

        var text = new StringBuilder(sign);
        var (hours, minutes) = (decimal.Truncate(rest / (3600 * Second)), decimal.Truncate(rest / (60 * Second)) % 60);
        if (hours > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{hours:0}h");
        }

        if (hours > 0 || minutes > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{minutes:0}m");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{rest / Second % 60:0.#########}s").ToString();
    }
}
