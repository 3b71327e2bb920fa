using System.Globalization;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.QueryVerifier.Bucket;
using TempoCos.QueryVerifier.Ladder;
using TempoCos.ServiceDefaults;

namespace TempoCos.QueryVerifier.Rungs;

/// <summary>Rung 3: the tenant index, which Tempo writes for its own queriers, names the very blocks of rung 2.</summary>
internal sealed class ListedRung(IOptions<VerifierOptions> options, TimeProvider time) : Rung(3, "listed", "Tempo itself lists the blocks")
{
    private const string ControlName = "a block id that was never written";
    private const string Metric = "tempodb_blocklist_length";
    private const int MaxListed = 10;

    public override IReadOnlyList<string> Controls => [ControlName];

    public override async Task JudgeAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        if (climb.Judged(2) is { Verdict: not Verdict.Proven } written)
        {
            report.NotShown($"rung 2 is {(written.Verdict == Verdict.Failed ? "failed" : "not shown")}: there are no blocks of which it is known that Tempo should list them");
            return;
        }

        var deadline = new Deadline(climb.Order.ListedWithin, options.Value, time);
        var (index, amiss, error) = await BlockIndex.UntilAsync(climb, new HashSet<Guid>(), deadline, ct);
        report.Evidence["index"] = index is null
            ? "none"
            : $"{climb.Order.BlockTenant}/index of {index.CreatedAt.ToString("O", CultureInfo.InvariantCulture)}: {index.Live.Count} live, {index.Compacted.Count} compacted";
        await MetricAsync(climb, report, ct);
        var listed = climb.Scan.Covering.Select(finding => finding.Meta.BlockId).Where(block => index?.Live.Any(meta => meta.BlockId == block) == true).Order().ToList();
        report.Evidence["listed"] = string.Join(", ", listed.Take(MaxListed)) + (listed.Count > MaxListed ? $" and {listed.Count - MaxListed} more" : "");
        if (amiss.Count > 0)
        {
            report.Fail($"{string.Join("; ", amiss.Take(MaxListed))} within {Text.Seconds(deadline.Within)} s{Text.Cause(error)}; Tempo writes its index at each blocklist poll");
            return;
        }

        report.Evidence["time_to_listed_seconds"] = Text.Seconds(deadline.Elapsed);
        var never = climb.Expectation.NeverWritten;
        var isListed = index!.Live.Any(meta => meta.BlockId == never) || index.Compacted.Any(block => block.Meta.BlockId == never);
        report.Control(ControlName, "not listed", isListed ? $"{never} is listed" : "not listed", !isListed);
    }

    // Evidence only: it counts and does not name, and only a Tempo whose query-frontend polls offers it here.
    private static async Task MetricAsync(Climb climb, RungReport report, CancellationToken ct)
    {
        try
        {
            report.Evidence["blocklist_length"] = await climb.Tempo.MetricAsync(Metric, climb.Order.BlockTenant, ct) ?? "not offered by the query-frontend";
        }
        catch (Exception exception) when (Asking.IsNoAnswer(exception, ct))
        {
            report.Evidence["blocklist_length"] = $"no answer: {exception.Message.TrimEnd('.')}";
        }
    }
}
