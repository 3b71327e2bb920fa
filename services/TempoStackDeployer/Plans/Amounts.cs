using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TempoCos.TempoStackDeployer.Plans;

/// <summary>Amounts (2000m, 4Gi) and durations (48h), which the operator stores in its own form (2, 48h0m0s): the same thing written otherwise is no change.</summary>
internal static partial class Amounts
{
    private const string Binary = "KMGTPE";
    private const string Thousands = "kMGTPE";

    public static bool AreSame(JsonNode? one, JsonNode? another)
    {
        if (one is not JsonValue || another is not JsonValue)
        {
            return false;
        }

        var (first, second) = (one.ToString(), another.ToString());
        return (Amount(first) is { } amount && amount == Amount(second)) || (Seconds(first) is { } seconds && seconds == Seconds(second));
    }

    private static double? Amount(string text)
    {
        if (AmountShape().Match(text) is not { Success: true } match || !double.TryParse(match.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return match.Groups["unit"].Value switch
        {
            "" => number,
            "m" => number / 1000,
            [var prefix, 'i'] => number * Math.Pow(1024, Binary.IndexOf(prefix, StringComparison.Ordinal) + 1),
            var unit => number * Math.Pow(1000, Thousands.IndexOf(unit, StringComparison.Ordinal) + 1),
        };
    }

    private static double? Seconds(string text) => !DurationShape().IsMatch(text) ? null : Part().Matches(text).Sum(part =>
        double.Parse(part.Groups["number"].Value, CultureInfo.InvariantCulture) * part.Groups["unit"].Value switch { "h" => 3600, "m" => 60, "s" => 1, "ms" => 1e-3, "us" or "µs" => 1e-6, _ => 1e-9 });

    [GeneratedRegex("^(?<number>[+-]?[0-9]+([.][0-9]*)?)(?<unit>|m|[kMGTPE]|[KMGTPE]i)$")]
    private static partial Regex AmountShape();

    [GeneratedRegex("^([0-9]+([.][0-9]*)?(h|ms|m|s|us|µs|ns))+$")]
    private static partial Regex DurationShape();

    [GeneratedRegex("(?<number>[0-9]+([.][0-9]*)?)(?<unit>h|ms|m|s|us|µs|ns)")]
    private static partial Regex Part();
}
