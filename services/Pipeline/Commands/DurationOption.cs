using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace TempoCos.Pipeline.Commands;

/// <summary>An option that takes 500ms, 90s, 5m or 1h.</summary>
internal static class DurationOption
{
    public static Option<TimeSpan> Create(string name, string description, TimeSpan value, string? otherwise = null) => new(name)
    {
        Description = $"{description} For example 90s, 5m{(otherwise is null ? "" : $" [default: {otherwise}]")}.",
        HelpName = "DURATION",
        DefaultValueFactory = otherwise is null ? _ => value : null,
        CustomParser = result => TryParse(result.Tokens[0].Value, out var duration)
            ? duration
            : Refuse(result, $"{name} {result.Tokens[0].Value}: not a duration; write 500ms, 90s, 5m or 1h"),
    };

    private static TimeSpan Refuse(ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
    }

    private static bool TryParse(string text, out TimeSpan duration)
    {
        var unit = text.AsSpan().TrimStart("0123456789.").ToString();
        var scale = unit switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, _ => double.NaN };
        var parsed = double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        duration = parsed && number * scale is >= 0 and < 1e6 ? TimeSpan.FromSeconds(number * scale) : default;
        return duration > TimeSpan.Zero;
    }
}
