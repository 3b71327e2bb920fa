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

    /// <summary>What was changed in place after the first climb.</summary>
    public Changed? Changed { get; set; }

    /// <summary>Every climb of the ladder that ended, in order; one unless the stack was changed.</summary>
    public List<Climb> Climbs { get; } = [];

    /// <summary>Of the doctor, in the order in which they ended.</summary>
    public List<CheckResult> Checks { get; } = [];

    /// <summary>Of all climbs.</summary>
    public List<RungResult> Rungs { get; } = [];

    /// <summary>Of the last climb.</summary>
    public IEnumerable<RungResult> LastRungs => Rungs.Where(rung => rung.Climb == (Rungs.LastOrDefault()?.Climb ?? ""));

    public Verdict Verdict { get; set; }

    public DiagnosticException? Error { get; set; }

    public bool Interrupted { get; set; }

    public List<string> Removed { get; } = [];

    public List<Leftover> Leftovers { get; } = [];

    /// <summary>What services asked of the object store, stage by stage.</summary>
    public List<StageUsage> Usage { get; } = [];

    /// <summary>What Tempo said of its own requests.</summary>
    public List<TempoRequests> TempoRequests { get; } = [];

    /// <summary>Whether the store's public endpoint is used, where traffic out is charged for.</summary>
    public bool IsPublic { get; set; } = true;

    public void Spend(string stage, string service, StorageUsage? usage)
    {
        if (usage is not null)
        {
            Usage.Add(new StageUsage(stage, service, usage));
        }
    }

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
