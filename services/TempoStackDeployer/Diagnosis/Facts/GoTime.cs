using System.Globalization;
using System.Text.RegularExpressions;

namespace TempoCos.TempoStackDeployer.Diagnosis.Facts;

/// <summary>Durations as Tempo writes them: <c>1h30m0s</c>, <c>250ms</c>, <c>14d</c>.</summary>
internal static partial class GoTime
{
    /// <summary>Null for what is no duration.</summary>
    public static TimeSpan? Parse(string? text)
    {
        if (text is null or "0")
        {
            return text is null ? null : TimeSpan.Zero;
        }

        if (!Whole().IsMatch(text))
        {
            return null;
        }

        var seconds = Part().Matches(text).Sum(part => double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture) * Factor(part.Groups[2].Value));
        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>The two largest units that matter: <c>2 d 4 h</c>, <c>5 min</c>, <c>1.5 s</c>.</summary>
    public static string Text(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => $"{time.Days} d{(time.Hours > 0 ? $" {time.Hours} h" : "")}",
        { TotalHours: >= 1 } => $"{(int)time.TotalHours} h{(time.Minutes > 0 ? $" {time.Minutes} min" : "")}",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min{(time.Seconds > 0 ? $" {time.Seconds} s" : "")}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s"),
    };

    private static double Factor(string unit) => unit switch
    {
        "ns" => 1e-9,
        "ms" => 1e-3,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        "w" => 604800,
        "y" => 31536000,
        _ => 1e-6,
    };

    [GeneratedRegex(@"^(\d+(\.\d+)?(ns|us|µs|μs|ms|s|m|h|d|w|y))+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h|d|w|y)")]
    private static partial Regex Part();
}
