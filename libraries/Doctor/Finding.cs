using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;

namespace TempoCos.Doctor;

/// <summary>What a check found.</summary>
/// <param name="Severity">Whether Tempo can live with it.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Fix">What to do, empty when there is nothing.</param>
public sealed record Finding(CheckSeverity Severity, string Message, string Fix)
{
    /// <summary>What was asked and what came back; never a secret.</summary>
    public Dictionary<string, string> Evidence { get; } = new(StringComparer.Ordinal);

    /// <summary>No other check can be asked for anything after this.</summary>
    public bool EndsExamination { get; init; }

    /// <summary>All is as Tempo needs it.</summary>
    public static Finding Pass(string message) => new(CheckSeverity.Pass, message, "");

    /// <summary>Works, but will cost or hurt.</summary>
    public static Finding Warn(string message, string fix) => new(CheckSeverity.Warning, message, fix);

    /// <summary>Tempo will not work, or will lose traces.</summary>
    public static Finding Fail(string message, string fix) => new(CheckSeverity.Fail, message, fix);

    /// <summary>Could not be asked.</summary>
    public static Finding Skip(string reason) => new(CheckSeverity.Skipped, reason, "");

    /// <summary>Adds to the evidence; a null value adds nothing.</summary>
    public Finding With(string key, string? value)
    {
        if (value is not null)
        {
            Evidence[key] = value;
        }

        return this;
    }

    /// <summary>Adds to the evidence.</summary>
    public Finding With(IEnumerable<KeyValuePair<string, string>> evidence)
    {
        foreach (var (key, value) in evidence)
        {
            Evidence[key] = value;
        }

        return this;
    }

    /// <summary>The contract's message.</summary>
    public CheckResult ToResult(CheckDescription check, TimeSpan duration) => new()
    {
        Id = check.Id,
        Name = check.Name,
        Severity = Severity,
        Message = Message,
        Fix = Fix,
        Evidence = { Evidence },
        Duration = Duration.FromTimeSpan(duration),
    };
}
