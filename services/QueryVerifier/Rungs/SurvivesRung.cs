using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.QueryVerifier.Ladder;
using TempoCos.ServiceDefaults;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Rungs;

/// <summary>
/// Rung 6: every ingester is killed and its volume goes with it; then rungs 4 and 5 are asked again. A canary that only the ingesters had shows that
/// nothing was left of them: it is in memory when the ingesters are told to end, and an ingester that is told to end writes its memory to its log, so that a volume that
/// stays would bring it back.
/// </summary>
internal sealed class SurvivesRung(ReadBack readBack, Canaries canaries, IOptions<VerifierOptions> options, TimeProvider time)
    : Rung(6, "survives", "The traces survive the loss of every ingester and its volume")
{
    private const string Replaced = "ingesters and volumes of before";
    private const string Lost = "a canary that only the ingesters had";
    private const string Fresh = "a canary sent after the loss";
    private static readonly TimeSpan GoneWithin = TimeSpan.FromSeconds(10);

    public override IReadOnlyList<string> Controls => [Replaced, Lost, Fresh, Tally.ControlName(ReadBack.Api), Tally.ControlName(ReadBack.Files)];

    public override async Task JudgeAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        if (climb.FoundById is { Count: 0 })
        {
            report.NotShown("rung 1 found no trace, so none can be seen to survive");
            return;
        }

        var (canary, reason) = await canaries.SendAsync(climb, null, ct);
        if (canary is null)
        {
            report.NotShown($"{reason}, so nothing would show that the ingesters' memory and volumes are really gone; they were left alone");
            return;
        }

        report.Evidence["canary"] = $"{canary}";
        if (await IsInBlocksAsync(climb, canary.Value, ct))
        {
            report.NotShown("Tempo flushed the canary before anything was lost, so it cannot show the loss; the ingesters were left alone");
            return;
        }

        await step.ReportAsync("asking for the ingesters and their volumes to be taken away");
        var lost = await climb.Wishes.LoseIngestersAsync(ct);
        climb.IngestersLost = true;
        Describe(lost, report);
        await step.ReportAsync("asking again for every trace");
        await AskAgainAsync(climb, report, step, ct);
        await LossAsync(climb, report, canary.Value, ct);
    }

    private async Task AskAgainAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        await climb.RescanAsync(ct);
        var ids = climb.Expectation.Ids;
        var gone = climb.Scan.Missing(ids);
        if (gone.Count > 0)
        {
            // No block has them, and nobody is left who could write one: there is nothing to wait for.
            report.Evidence["traces_in_bucket"] = $"{ids.Length - gone.Count} of {ids.Length}";
            report.Missing(gone);
            report.Fail($"{gone.Count} of {ids.Length} traces are lost with the ingesters: no block in the bucket holds them");
            return;
        }

        var (found, api) = await readBack.ByIdAsync(climb, climb.Order.ListedWithin, step, ct);
        report.Evidence["found_with_mode_blocks"] = $"{found.Found.Count} of {ids.Length}";
        if (found.Missing.Count > 0)
        {
            report.Missing(found.Missing);
            report.Fail($"{found.Missing.Count} of {ids.Length} traces were not found with mode=blocks within {Text.Seconds(climb.Order.ListedWithin)} s after the loss{found.Cause}");
        }

        api.Conclude(ReadBack.Api, report, climb.Order.Manifest.Spans);
        (await ReadBack.FromFilesAsync(climb, ct)).Conclude(ReadBack.Files, report, climb.Order.Manifest.Spans);
    }

    private async Task LossAsync(Climb climb, RungReport report, TraceId16 canary, CancellationToken ct)
    {
        // First that a fresh ingester takes and answers traces: else a 404 for the old canary would only say that nobody asked it.
        const string taken = "200 by id";
        var (fresh, reason) = await canaries.SendAsync(climb, null, ct);
        report.Control(Fresh, taken, fresh is null ? reason : taken, fresh is not null);

        const string gone = "404 by id: memory and write-ahead log are gone";
        var (absent, error) = await Asking.UntilAsync(
            new Deadline(GoneWithin, options.Value, time), async () => await climb.Tempo.FindTraceAsync(canary, blocksOnly: false, ct) is null, ct);
        var observed = absent ? gone
            : error is not null ? $"no answer: {error}"
            : await IsInBlocksAsync(climb, canary, ct) ? "200 by id: an ingester flushed it while it ended"
            : "200 by id: an ingester or its volume is still there";
        report.Control(Lost, gone, observed, absent);
    }

    private static async Task<bool> IsInBlocksAsync(Climb climb, TraceId16 canary, CancellationToken ct)
    {
        await climb.Scan.LookAsync(ct);
        return await climb.Scan.HasAsync(canary, ct);
    }

    private static void Describe(IngestersLost lost, RungReport report)
    {
        const string expected = "replaced, each by another of its name";
        report.Evidence["pods"] = string.Join(", ", lost.Pods.Select(Line));
        report.Evidence["volume_claims"] = string.Join(", ", lost.VolumeClaims.Select(Line));
        var kept = lost.Pods.Concat(lost.VolumeClaims).Where(one => one.OldUid.Length == 0 || one.OldUid == one.NewUid).Select(one => one.Name).ToList();
        var observed = lost.Pods.Count == 0 ? "no pod was replaced"
            : lost.VolumeClaims.Count == 0 ? "no volume claim was replaced"
            : kept.Count > 0 ? $"still there: {string.Join(", ", kept)}"
            : expected;
        report.Control(Replaced, expected, observed, observed == expected);

        static string Line(Contracts.Replaced one) => $"{one.Name}: {one.OldUid} -> {one.NewUid}";
    }
}
