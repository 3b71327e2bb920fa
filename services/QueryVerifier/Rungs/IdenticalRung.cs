using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.Otlp;
using TempoCos.QueryVerifier.Ladder;
using TempoCos.ServiceDefaults;

namespace TempoCos.QueryVerifier.Rungs;

/// <summary>Rung 5: every span is what was sent, as the API gives it and as the parquet files hold it.</summary>
internal sealed class IdenticalRung(IOptions<VerifierOptions> options, TimeProvider time)
    : Rung(5, "identical", "Every span is, field by field, what was sent: from the API and in the parquet files")
{
    public override IReadOnlyList<string> Controls => [Tally.ControlName(ReadBack.Api), Tally.ControlName(ReadBack.Files)];

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    public override async Task JudgeAsync(Climb climb, RungReport report, StageStep step, CancellationToken ct)
    {
        report.Evidence["content_hash"] = climb.Expectation.Hash;
        if (!climb.Expectation.HashMatches)
        {
            report.Fail($"the manifest's content hash is {climb.Order.Manifest.ContentHash}, but its seed gives {climb.Expectation.Hash}");
            return;
        }

        if (climb.FoundById is { Count: 0 })
        {
            report.NotShown("rung 1 found no trace, so there is nothing to compare");
            return;
        }

        // What rung 4 read was compared as it came; without it there is at least what Tempo answers from wherever it likes.
        var api = climb.FromBlocks;
        report.Evidence["api"] = api is null ? "by id" : "by id with mode=blocks, the answers of rung 4";
        if (api is null)
        {
            await step.ReportAsync("comparing what the API returns");
            await CompareApiAsync(climb, api = new Tally(climb.Expectation), ct);
        }

        api.Conclude(ReadBack.Api, report, climb.Order.Manifest.Spans);

        if (climb.Judged(2) is { Verdict: not Verdict.Proven } written)
        {
            report.NotShown($"rung 2 is {(written.Verdict == Verdict.Failed ? "failed" : "not shown")}, so the parquet files cannot be compared");
            return;
        }

        await step.ReportAsync("comparing what the parquet files hold");
        (await ReadBack.FromFilesAsync(climb, ct)).Conclude(ReadBack.Files, report, climb.Order.Manifest.Spans);
    }

    private async Task CompareApiAsync(Climb climb, Tally tally, CancellationToken ct)
    {
        var ids = climb.Expectation.Ids;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = ct };
        await Parallel.ForAsync(0, ids.Length, parallel, async (index, stop) =>
        {
            if (climb.FoundById?.Contains(ids[index]) == false)
            {
                tally.Absent(ids[index], "not found by id");
                return;
            }

            TracesData? got = null;
            var (answered, error) = await Asking.UntilAsync(
                new Deadline(AnswerWithin, options.Value, time), async () => (got = await climb.Tempo.FindTraceAsync(ids[index], blocksOnly: false, stop)) is not null, stop);
            if (answered)
            {
                tally.Compare(index, got!);
            }
            else
            {
                tally.Absent(ids[index], $"not found by id any more{Text.Cause(error)}");
            }
        });
    }
}
