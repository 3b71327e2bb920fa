using Microsoft.Extensions.Options;
using TempoCos.QueryVerifier.Bucket;
using TempoCos.ServiceDefaults;
using TempoCos.Traces;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>
/// A compaction takes two blocks of one window. The second one is the verifier's own, one for each window that a block of the run ends in: canaries that are
/// flushed on request. Then the output must hold what the
/// inputs held, Tempo must list it instead of them, and every trace must be found and be identical.
/// </summary>
internal sealed class CompactionProof(ReadBack readBack, Canaries canaries, IOptions<VerifierOptions> options, TimeProvider time)
{
    public const string NeverSent = "an id never sent, with mode=blocks";
    private const string NotFound = "404";

    // Tempo takes the times of older spans for wrong and moves them to its own now.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(100);

    /// <returns>How many traces were found afterwards, or null when the report says why there is nothing to go on with.</returns>
    public async Task<int?> ShowAsync(Climb climb, RungReport report, TempoPace pace, StageStep step, CancellationToken ct)
    {
        var ids = climb.Expectation.Ids;
        await climb.Scan.LookAsync(ct);
        var inputs = climb.Scan.Covering.ToList();
        var deadline = new Deadline(climb.Order.LivesOnWithin, options.Value, time);
        var closed = new List<CompactionWindow>();
        foreach (var alike in inputs.Where(IsFresh).GroupBy(finding => CompactionWindow.Of(finding.Meta.EndTime, pace.Window)).OrderBy(alike => alike.Key.Start))
        {
            if (alike.Key.EndFor(alike.Max(finding => finding.Meta.EndTime), TraceProfile.Shop.Longest, time.GetUtcNow(), Slack) is not { } end)
            {
                closed.Add(alike.Key);
            }
            else if (!await SecondBlockAsync(climb, report, step, end, ct))
            {
                return null;
            }
        }

        var progress = new Progress(step, time);
        var compacted = false;
        do
        {
            await climb.Scan.LookAsync(ct);
            var output = climb.Scan.Covering.ToList();
            compacted = !output.Exists(IsFresh) && climb.Scan.Missing(ids).Count == 0;
            await progress.SayAsync(output.Count(finding => !IsFresh(finding)), $"waiting for the compactor after {Text.Seconds(deadline.Elapsed)} s: {string.Join(", ", output)}");
        }
        while (!compacted && climb.Scan.Problems.Count == 0 && await deadline.PauseAsync(ct));

        return Lineage(climb, report, inputs, compacted, closed, deadline) ? await AskAgainAsync(climb, report, pace, step, ct) : null;
    }

    private static bool IsFresh(BlockFinding finding) => finding.Meta.CompactionLevel == 0;

    private async Task<bool> SecondBlockAsync(Climb climb, RungReport report, StageStep step, DateTimeOffset end, CancellationToken ct)
    {
        if (climb.Order.Ingester is not { } ingester)
        {
            report.NotShown("there is no ingester address to ask for a second block, without which nothing is compacted");
            return false;
        }

        var (canary, reason) = await canaries.SendAsync(climb, end, ct);
        if (canary is null)
        {
            report.NotShown($"{reason}, and a second block is needed for a compaction");
            return false;
        }

        await step.ReportAsync("asking the ingester to flush a second block");
        try
        {
            await climb.Tempo.FlushAsync(ingester, ct);
        }
        catch (Exception exception) when (Asking.IsNoAnswer(exception, ct))
        {
            report.NotShown($"the ingester did not take the flush of a second block: {exception.Message.TrimEnd('.')}");
            return false;
        }

        return true;
    }

    private static bool Lineage(Climb climb, RungReport report, List<BlockFinding> inputs, bool compacted, List<CompactionWindow> closed, Deadline deadline)
    {
        var output = climb.Scan.Covering.Where(finding => !IsFresh(finding)).ToList();
        var others = climb.Scan.Seen.Except(climb.Scan.Blocks.Select(finding => finding.Meta.BlockId)).Except(inputs.Select(finding => finding.Meta.BlockId)).Order();
        report.Evidence["compaction_inputs"] = string.Join(", ", inputs.Select(input => $"{input}").Concat(others.Select(other => $"{other} (the verifier's own, or between)")));
        report.Evidence["compaction_output"] = string.Join(", ", output);
        if (climb.Scan.Problems.Count > 0)
        {
            report.Fail($"after a compaction: {string.Join("; ", climb.Scan.Problems.Take(5))}");
            return false;
        }

        var missing = climb.Scan.Missing(climb.Expectation.Ids);
        if (missing.Count > 0)
        {
            report.Missing(missing);
            report.Fail($"{missing.Count} traces that the inputs of a compaction held are in no live block after {Text.Seconds(deadline.Elapsed)} s");
            return false;
        }

        if (!compacted)
        {
            report.NotShown($"no compaction took up {string.Join(", ", climb.Scan.Covering.Where(IsFresh))} within {Text.Seconds(deadline.Within)} s{Why(closed)}");
            return false;
        }

        report.Evidence["time_to_compaction_seconds"] = Text.Seconds(deadline.Elapsed);
        return true;
    }

    private static string Why(List<CompactionWindow> closed) => closed.Count == 0
        ? ""
        : $": blocks are compacted with others that end in the same window, and {string.Join(" and ", closed)} was over before a second block could be put into it; run it again, not across the end of a window";

    private async Task<int?> AskAgainAsync(Climb climb, RungReport report, TempoPace pace, StageStep step, CancellationToken ct)
    {
        var ids = climb.Expectation.Ids;
        var gone = climb.Scan.Seen.Except(climb.Scan.Blocks.Select(finding => finding.Meta.BlockId)).ToHashSet();
        var deadline = new Deadline(climb.Order.LivesOnWithin, options.Value, time);
        var (index, amiss, error) = await BlockIndex.UntilAsync(climb, gone, deadline, ct);
        if (index is null || amiss.Count > 0)
        {
            report.Fail($"Tempo does not list the compaction's output instead of its inputs within {Text.Seconds(deadline.Within)} s: {string.Join("; ", amiss.Take(5))}{Text.Cause(error)}");
            return null;
        }

        await InputsAsync(climb, report, pace, deadline, ct);
        await climb.RescanAsync(ct);
        var (found, api) = await readBack.ByIdAsync(climb, climb.Order.LivesOnWithin, step, ct);
        report.Evidence["found_after_compaction"] = $"{found.Found.Count} of {ids.Length}";
        if (found.Missing.Count > 0)
        {
            report.Missing(found.Missing);
            report.Fail($"{found.Missing.Count} of {ids.Length} traces were not found with mode=blocks within {Text.Seconds(climb.Order.LivesOnWithin)} s after a compaction{found.Cause}");
        }

        api.Conclude(ReadBack.Api, report, climb.Order.Manifest.Spans);
        (await ReadBack.FromFilesAsync(climb, ct)).Conclude(ReadBack.Files, report, climb.Order.Manifest.Spans);
        await ControlAsync(climb, report, ct);
        return report.IsClean ? found.Found.Count : null;
    }

    // Tempo goes on reading inputs for two polls. Where they are deleted soon enough, only the output can be what answers.
    private static async Task InputsAsync(Climb climb, RungReport report, TempoPace pace, Deadline deadline, CancellationToken ct)
    {
        if (pace.CompactedRetention + pace.UntilRetentionIsSeen < deadline.Within - deadline.Elapsed)
        {
            await Asking.UntilAsync(
                deadline,
                async () =>
                {
                    await climb.Scan.LookAsync(ct);
                    return climb.Scan.Compacted.Count == 0;
                },
                ct);
        }

        report.Evidence["inputs_in_bucket"] = climb.Scan.Compacted.Count == 0 ? "deleted, so that only the output can answer" : $"{climb.Scan.Compacted.Count} still there, compacted";
    }

    private static async Task ControlAsync(Climb climb, RungReport report, CancellationToken ct)
    {
        string observed;
        try
        {
            observed = await climb.Tempo.FindTraceAsync(climb.Expectation.NeverSent, blocksOnly: true, ct) is null ? NotFound : "a trace";
        }
        catch (Exception exception) when (Asking.IsNoAnswer(exception, ct))
        {
            observed = $"no answer: {exception.Message.TrimEnd('.')}";
        }

        report.Control(NeverSent, NotFound, observed, observed == NotFound);
    }
}
