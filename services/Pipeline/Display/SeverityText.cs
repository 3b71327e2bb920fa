using TempoCos.Contracts;

namespace TempoCos.Pipeline.Display;

/// <summary>A severity in a word.</summary>
internal static class SeverityText
{
    public static string Of(CheckSeverity severity) => severity switch
    {
        CheckSeverity.Pass => "pass",
        CheckSeverity.Warning => "warning",
        CheckSeverity.Fail => "fail",
        CheckSeverity.Skipped => "skipped",
        _ => "none",
    };
}
