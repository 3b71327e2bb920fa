using TempoCos.Contracts;
using TempoCos.Pipeline.Commands;

namespace TempoCos.Pipeline.Runs;

/// <summary>How a run ended, as an exit code and a sentence.</summary>
internal static class Outcome
{
    /// <summary>A verdict that is not proven comes first, then what is left behind, then why there is no verdict.</summary>
    public static int ExitCodeOf(RunRecord run) => run switch
    {
        { Verdict: Verdict.Failed or Verdict.NotShown } => ExitCode.RungFailed,
        { Leftovers.Count: > 0 } => ExitCode.Leftovers,
        { Interrupted: true } => ExitCode.Interrupted,
        { Error: not null } => ExitCode.Environment,
        _ => ExitCode.Proven,
    };

    public static string SummaryOf(RunRecord run)
    {
        var verdict = run switch
        {
            { Verdict: Verdict.Proven } => $"proven: {run.Generated?.Manifest.Count} traces are accepted, queryable and durably in bucket {run.Provisioned?.Bucket}",
            { Verdict: Verdict.Failed } => $"failed: {Worst(run, Verdict.Failed)}",
            { Verdict: Verdict.NotShown } => $"not shown: {Worst(run, Verdict.NotShown)}",
            { Interrupted: true } => "interrupted before there was a verdict",
            { Error: { } error } => $"{error.Code}: {error.Reason} ({error.Value}). {error.Fix}",
            _ => "no verdict",
        };
        var kept = run switch
        {
            { Leftovers.Count: > 0 } => $"; {run.Leftovers.Count} things are left behind",
            { Request.Keep: true, Provisioned: not null } => $"; kept, 'tempocos destroy {run.RunId}' removes it",
            { Removed.Count: > 0 } => "; nothing is left behind",
            _ => "",
        };
        return $"run {run.RunId} {verdict}{kept}";
    }

    private static string Worst(RunRecord run, Verdict verdict) =>
        run.Rungs.FirstOrDefault(rung => rung.Verdict == verdict) is { } rung ? $"rung {rung.Rung} {rung.Name}: {rung.Reason}" : "the ladder was not climbed";
}
