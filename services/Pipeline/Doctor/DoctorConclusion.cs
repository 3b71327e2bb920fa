using System.Diagnostics;
using TempoCos.Contracts;
using TempoCos.Doctor;
using TempoCos.Pipeline.Blocks;
using TempoCos.Pipeline.Commands;

namespace TempoCos.Pipeline.Doctor;

/// <summary>The end of every examination: what it shows, the document of <c>--format json</c>, the exit code.</summary>
/// <param name="Display">Shows it to people.</param>
/// <param name="IsJson">Whether the document is asked for.</param>
/// <param name="Strict">Warnings count as failures.</param>
/// <param name="Started">By the clock.</param>
/// <param name="Stamp">By the stopwatch.</param>
internal sealed record DoctorConclusion(DoctorDisplay Display, bool IsJson, bool Strict, DateTimeOffset Started, long Stamp)
{
    public int Conclude(string subject, IReadOnlyList<CheckResult> results)
    {
        var exitCode = results.Worst() switch
        {
            CheckSeverity.Fail => ExitCode.RungFailed,
            CheckSeverity.Warning when Strict => ExitCode.RungFailed,
            _ => ExitCode.Proven,
        };
        Display.Conclude(subject, results);
        if (IsJson)
        {
            JsonText.Write(Console.Out, DoctorDocument.From(subject, Started, Stopwatch.GetElapsedTime(Stamp), exitCode, results));
        }

        return exitCode;
    }
}
