using Microsoft.Extensions.Options;
using TempoCos.QueryVerifier.Bucket;
using TempoCos.QueryVerifier.Ladder;
using TempoCos.ServiceDefaults;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Rungs;

/// <summary>Rung 2: the bucket itself, read with our own client and the key that Tempo has.</summary>
internal sealed class WrittenRung(IOptions<VerifierOptions> options, VerifierTelemetry telemetry, TimeProvider time)
    : Rung(2, "written", "Blocks in the bucket hold every trace")
{
    private const int MaxListed = 10;
    private const int MaxBaselineBlocks = 50;

    private const string Before = "the bucket before the run";
    private const string Never = "an id never sent, in the new blocks";

    public override IReadOnlyList<string> Controls => [Before, Never];

    public override async Task JudgeAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        var (ids, scan) = (climb.Expectation.Ids, climb.Scan);
        // What Tempo does not have, no flush will write: then there is no sense in waiting for it.
        var awaited = climb.FoundById is { } found ? ids.Where(found.Contains).ToArray() : ids;
        await scan.LookAsync(ct);
        var deadline = new Deadline(climb.Order.WrittenWithin, options.Value, time);
        var before = awaited.Length > 0 && scan.Missing(awaited).Count == 0;
        var flushed = !before && await FlushAsync(climb, report, step, ct);
        var progress = new Progress(step, time);
        do
        {
            await scan.LookAsync(ct);
            if (scan.Problems.Count > 0 || scan.Missing(awaited).Count == 0)
            {
                break;
            }

            var written = awaited.Length - scan.Missing(awaited).Count;
            await progress.SayAsync(written, $"{written} of {ids.Length} traces are in the bucket after {Text.Seconds(deadline.Elapsed)} s");
        }
        while (await deadline.PauseAsync(ct));

        Describe(climb, report, deadline.Elapsed, before, flushed);
        await ControlsAsync(climb, report, ct);
    }

    private static async Task<bool> FlushAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        if (climb.Order.NaturalFlush)
        {
            return false;
        }

        if (climb.Order.Ingester is not { } ingester)
        {
            report.Evidence["flush"] = "no ingester address, so the ingester was not asked";
            return false;
        }

        try
        {
            // Once: a second flush races the first one in Tempo.
            await climb.Tempo.FlushAsync(ingester, ct);
            await step.ReportAsync("the ingester was asked to flush");
            return true;
        }
        catch (Exception exception) when (Asking.IsNoAnswer(exception, ct))
        {
            report.Evidence["flush"] = $"the ingester did not take the flush: {exception.Message.TrimEnd('.')}";
            return false;
        }
    }

    private void Describe(Climb climb, RungReport report, TimeSpan elapsed, bool before, bool flushed)
    {
        var (ids, scan) = (climb.Expectation.Ids, climb.Scan);
        var covering = scan.Covering.ToList();
        var missing = scan.Missing(ids);
        var reached = before ? "natural wait: the blocks stood in the bucket at the first look"
            : flushed ? "forced flush"
            : $"natural wait {Text.Seconds(elapsed)} s";
        report.Evidence["reached_by"] = climb.Order.Accelerated.Count == 0
            ? reached
            : $"{reached}; accelerated configuration: {string.Join(", ", climb.Order.Accelerated.Select(setting => $"{setting.Key} = {setting.Value}"))}";
        report.Evidence["traces_in_bucket"] = $"{ids.Length - missing.Count} of {ids.Length}";
        report.Evidence["blocks"] = string.Join(", ", covering.Select(finding => $"{finding.Meta.BlockId}").Order().Take(MaxListed)) + (covering.Count > MaxListed ? $" and {covering.Count - MaxListed} more" : "");
        report.Evidence["block_count"] = $"{covering.Count}";
        report.Evidence["bytes"] = $"{covering.Sum(finding => finding.Bytes)}";
        report.Evidence["format"] = string.Join(", ", covering.Select(finding => finding.Meta.Format).Distinct());
        report.Evidence["bucket"] = climb.Bucket.Secret.ToString();
        if (scan.Problems.Count > 0)
        {
            report.Fail(string.Join("; ", scan.Problems.Take(MaxListed)));
        }

        if (missing.Count > 0)
        {
            report.Missing(missing);
            report.Fail($"{missing.Count} of {ids.Length} traces are in no sound new block after {Text.Seconds(elapsed)} s ({reached}; {scan.Blocks.Count} new blocks in the bucket)");
            return;
        }

        report.Evidence["time_to_bucket_seconds"] = Text.Seconds(elapsed);
        telemetry.TimeToBucket.Record(elapsed.TotalSeconds);
    }

    private static async Task ControlsAsync(Climb climb, RungReport report, CancellationToken ct)
    {
        if (climb.Order.Baseline is not { } baseline)
        {
            report.NotShown("no baseline of the bucket was taken before the run");
            return;
        }

        var (examined, holding) = await ExamineBaselineAsync(climb, [.. baseline.BlockIds], ct);
        report.Control(
            Before, "no block that holds a trace of the manifest",
            holding is null ? "no block that holds a trace of the manifest" : $"block {holding} holds one", holding is null);
        report.Evidence["baseline"] = $"{baseline.Objects} objects, {baseline.BlockIds.Count} blocks, {examined} of them examined";
        var never = climb.Scan.Blocks.FirstOrDefault(finding => finding.HasNeverSent);
        report.Control(
            Never, "in no block", never is null ? "in no block" : $"in block {never.Meta.BlockId}", never is null);
    }

    private static async Task<(int Examined, Guid? Holding)> ExamineBaselineAsync(Climb climb, IReadOnlyCollection<string> baseline, CancellationToken ct)
    {
        var catalog = new BlockCatalog(climb.Bucket.Store);
        var ids = climb.Expectation.Ids;
        TraceId16[] sample = [.. new[] { ids[0], ids[ids.Length / 2], ids[^1] }.Distinct()];
        var examined = 0;
        foreach (var block in baseline.Take(MaxBaselineBlocks).Select(Guid.Parse))
        {
            try
            {
                if (await catalog.ReadMetaAsync(climb.Order.BlockTenant, block, ct) is not { } meta)
                {
                    continue;
                }

                await using var reader = await BlockReader.OpenAsync(climb.Bucket.Store, meta, ct);
                examined++;
                foreach (var id in sample)
                {
                    if (await reader.FindAsync(id, ct) is not null)
                    {
                        return (examined, block);
                    }
                }
            }
            catch (Exception exception) when (exception is BlockFormatException or ObjectNotFoundException or EndOfStreamException)
            {
                // An old block that cannot be read holds nothing that could be taken for this run's.
            }
        }

        return (examined, null);
    }
}
