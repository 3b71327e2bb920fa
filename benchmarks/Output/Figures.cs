using System.Globalization;
using TempoCos.Benchmarks.Results;

namespace TempoCos.Benchmarks.Output;

/// <summary>Numbers for people: three digits that count.</summary>
internal static class Figures
{
    public static string Of(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.1 or 0 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0000", CultureInfo.InvariantCulture),
    };

    public static string Of(Spread? spread) =>
        spread is null ? "-" : spread.Rounds.Count == 1 ? Of(spread.Median) : $"{Of(spread.Median)} ({Of(spread.Min)}–{Of(spread.Max)})";

    public static string Ratio(Spread? spread) => spread is null ? "-" : $"{Of(spread).Replace(" (", "x (", StringComparison.Ordinal)}{(spread.Rounds.Count == 1 ? "x" : "")}";
}
