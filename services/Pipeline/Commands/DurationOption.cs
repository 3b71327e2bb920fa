using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace TempoCos.Pipeline.Commands;

/// <summary>An option that takes 500ms, 90s, 5m or 1h.</summary>
internal sealed class DurationOption : Option<TimeSpan>
{
    private readonly TimeSpan _otherwise;

    /// <param name="name">With its dashes.</param>
    /// <param name="description">A sentence.</param>
    /// <param name="otherwise">Where it is not given.</param>
    /// <param name="shown">How help names that, when not as a duration.</param>
    public DurationOption(string name, string description, TimeSpan otherwise, string? shown = null)
        : base(name)
    {
        _otherwise = otherwise;
        Description = $"{description} For example 90s, 5m [default: {shown ?? Written(otherwise)}].";
        HelpName = "DURATION";
        CustomParser = result => TryParse(result.Tokens[0].Value, out var duration)
            ? duration
            : Refuse(result, $"{name} {result.Tokens[0].Value}: not a duration; write 500ms, 90s, 5m or 1h");
    }

    // One that is given is above zero. The default is not the option's own, for help would write it as 1.00:00:00.
    public TimeSpan Read(ParseResult parsed) => parsed.GetValue(this) is { Ticks: > 0 } given ? given : _otherwise;

    private static string Written(TimeSpan duration) => duration switch
    {
        { TotalHours: >= 1 } => $"{duration.TotalHours:0}h",
        { TotalMinutes: >= 1 } => $"{duration.TotalMinutes:0}m",
        _ => $"{duration.TotalSeconds:0}s",
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
