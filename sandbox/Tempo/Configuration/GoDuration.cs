using System.Buffers;
using System.Globalization;

namespace TempoCos.Tempo.Configuration;

/// <summary>Durations as Go writes them (<c>1h30m</c>, <c>1.5s</c>, <c>250ms</c>), with Prometheus' days, weeks and years.</summary>
public static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly (string Unit, long Nanos)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000), ("d", 86_400_000_000_000), ("w", 604_800_000_000_000), ("y", 31_536_000_000_000_000),
    ];

    /// <summary>Nanoseconds of a duration.</summary>
    public static bool TryParseNanos(ReadOnlySpan<char> text, out long nanos)
    {
        nanos = 0;
        var negative = text.StartsWith("-");
        if (negative || text.StartsWith("+"))
        {
            text = text[1..];
        }

        if (text is "0")
        {
            return true;
        }

        if (text.IsEmpty)
        {
            return false;
        }

        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            text = text[digits..];
            var end = text.IndexOfAny(Digits);
            var unit = end < 0 ? text : text[..end];
            var found = false;
            foreach (var (name, factor) in Units)
            {
                if (unit.SequenceEqual(name))
                {
                    if ((double)number * (double)factor > long.MaxValue || (decimal)nanos + (number * factor) > long.MaxValue)
                    {
                        return false;
                    }

                    nanos += (long)(number * factor);
                    found = true;
                    break;
                }
            }

            if (!found)
            {
                return false;
            }

            text = text[unit.Length..];
        }

        nanos = negative ? -nanos : nanos;
        return true;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        var ok = TryParseNanos(text, out var nanos);
        duration = TimeSpan.FromTicks(nanos / 100);
        return ok;
    }

    /// <summary>As Go prints it: <c>1h30m0s</c>, <c>20ms</c>, <c>1.5s</c>.</summary>
    public static string Format(long nanos)
    {
        if (nanos == 0)
        {
            return "0s";
        }

        var sign = nanos < 0 ? "-" : "";
        var value = nanos < 0 ? (ulong)(-(nanos + 1)) + 1 : (ulong)nanos;
        if (value < 1_000_000_000)
        {
            var (unit, factor) = value < 1_000 ? ("ns", 1m) : value < 1_000_000 ? ("µs", 1_000m) : ("ms", 1_000_000m);
            return sign + (value / factor).ToString("0.######", CultureInfo.InvariantCulture) + unit;
        }

        var seconds = (value % 60_000_000_000 / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture) + "s";
        var minutes = value / 60_000_000_000;
        return sign + (minutes == 0 ? seconds : minutes < 60 ? $"{minutes}m{seconds}" : $"{minutes / 60}h{minutes % 60}m{seconds}");
    }
}
