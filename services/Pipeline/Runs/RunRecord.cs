using TempoCos.Contracts;

namespace TempoCos.Pipeline.Runs;

/// <summary>What is known of a run so far: the receipt is written from it.</summary>
internal sealed class RunRecord(string runId, RunRequest request, DateTimeOffset started)
{
    public string RunId => runId;

    public RunRequest Request => request;

    public DateTimeOffset Started => started;

    public DateTimeOffset? Finished { get; set; }

    public string TraceId { get; set; } = "";

    public string ManifestSha256 { get; set; } = "";

    /// <summary>Steps that ended, in the order in which they did.</summary>
    public List<StageEvent> Steps { get; } = [];

    public Provisioned? Provisioned { get; set; }

    public Deployed? Deployed { get; set; }

    public Baseline? Baseline { get; set; }

    public Generated? Generated { get; set; }

    /// <summary>Of the doctor, in the order in which they ended.</summary>
    public List<CheckResult> Checks { get; } = [];

    public List<RungResult> Rungs { get; } = [];

    public Verdict Verdict { get; set; }

    public DiagnosticException? Error { get; set; }

    public bool Interrupted { get; set; }

    public List<string> Removed { get; } = [];

    public List<Leftover> Leftovers { get; } = [];

    public void Add(RunReply reply)
    {
        if (reply.Event is { State: StepState.Succeeded or StepState.Failed or StepState.Skipped } step)
        {
            Steps.Add(step);
        }
        else if (reply.Rung is { } rung)
        {
            Rungs.Add(rung);
        }
        else if (reply.Check is { } check)
        {
            Checks.Add(check);
        }
    }
}
