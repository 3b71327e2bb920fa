using System.Globalization;

namespace TempoCos.Pipeline.Cost;

/// <summary>Sizes and durations as people and Go write them.</summary>
internal static class UsageQuantity
{
    private const double LongestSeconds = 100L * 365 * 24 * 3600;

    private static readonly Dictionary<string, decimal> Sizes = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = 1,
        ["B"] = 1,
        ["KB"] = 1e3m,
        ["MB"] = 1e6m,
        ["GB"] = 1e9m,
        ["TB"] = 1e12m,
        ["PB"] = 1e15m,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
        ["TiB"] = 1L << 40,
        ["PiB"] = 1L << 50,
    };

    private static readonly Dictionary<string, double> Durations = new(StringComparer.Ordinal) { ["ms"] = 0.001, ["s"] = 1, ["m"] = 60, ["h"] = 3600, ["d"] = 86400, ["w"] = 604800 };

    /// <summary><c>500GiB</c>, <c>1.5 TB</c>, <c>1000</c>.</summary>
    public static bool TryParseBytes(string text, out decimal bytes)
    {
        var unit = text.AsSpan().TrimStart("0123456789.").ToString();
        var known = Sizes.TryGetValue(unit.Trim(), out var scale);
        var parsed = decimal.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        bytes = known && parsed && number < 1e12m ? number * scale : 0;
        return known && parsed && number < 1e12m;
    }

    /// <summary><c>5m</c>, <c>14d</c>, <c>48h0m0s</c>; above zero.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan();
        var seconds = 0.0;
        while (rest.Length > 0)
        {
            var afterNumber = rest.TrimStart("0123456789.");
            var afterUnit = afterNumber.TrimStart("abcdefghijklmnopqrstuvwxyz");
            var unit = afterNumber[..^afterUnit.Length].ToString();
            if (!double.TryParse(rest[..^afterNumber.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || !Durations.TryGetValue(unit, out var scale))
            {
                return false;
            }

            seconds += number * scale;
            rest = afterUnit;
        }

        if (seconds is <= 0 or > LongestSeconds)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }
}
