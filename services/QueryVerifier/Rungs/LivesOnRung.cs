using TempoCos.Contracts;
using TempoCos.QueryVerifier.Ladder;
using TempoCos.ServiceDefaults;

namespace TempoCos.QueryVerifier.Rungs;

/// <summary>Rung 7: what becomes of blocks with time, seen in accelerated time: a compaction keeps every trace, and retention removes all of them.</summary>
internal sealed class LivesOnRung(CompactionProof compaction, RetentionProof retention)
    : Rung(7, "lives-on", "The traces live through a compaction, and after retention they are gone from bucket, index and queries")
{
    public override IReadOnlyList<string> Controls =>
        [CompactionProof.NeverSent, Tally.ControlName(ReadBack.Api), Tally.ControlName(ReadBack.Files), RetentionProof.JustBefore, RetentionProof.StillAnswers];

    public override async Task JudgeAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        if (climb.Judged(2) is { Verdict: not Verdict.Proven } written)
        {
            report.NotShown($"rung 2 is {(written.Verdict == Verdict.Failed ? "failed" : "not shown")}: without blocks that hold every trace there is nothing to compact");
            return;
        }

        var pace = TempoPace.From(climb.Order.Accelerated);
        var needed = pace.UntilCompactionIsSeen > pace.UntilRetentionIsSeen ? pace.UntilCompactionIsSeen : pace.UntilRetentionIsSeen;
        if (needed > climb.Order.LivesOnWithin)
        {
            report.Untried(
                $"it may take {Text.Seconds(needed)} s here ({pace}), and it has {Text.Seconds(climb.Order.LivesOnWithin)} s: give it longer, or shorten "
                + "storage.trace.blocklist_poll and compactor.compaction.compaction_cycle in spec.extraConfig.tempo");
            return;
        }

        report.Evidence["pace"] = climb.Order.Accelerated.Count == 0 ? $"natural: {pace}" : $"accelerated: {pace}";
        if (await compaction.ShowAsync(climb, report, pace, step, ct) is { } found)
        {
            await retention.ShowAsync(climb, report, found, step, ct);
        }
    }
}
