using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.Otlp;
using TempoCos.QueryVerifier.Ladder;
using TempoCos.ServiceDefaults;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Rungs;

/// <summary>Rung 5: every span is what was sent, as the API gives it and as the parquet files hold it.</summary>
internal sealed class IdenticalRung(IOptions<VerifierOptions> options, TimeProvider time)
    : Rung(5, "identical", "Every span is, field by field, what was sent: from the API and in the parquet files")
{
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

        var api = new Tally(climb.Expectation);
        await step.ReportAsync("comparing what the API returns");
        await CompareApiAsync(climb, api, ct);
        Conclude("API", api, report, climb);

        if (climb.Judged(2) is { Verdict: not Verdict.Proven } written)
        {
            report.NotShown($"rung 2 is {(written.Verdict == Verdict.Failed ? "failed" : "not shown")}, so the parquet files cannot be compared");
            return;
        }

        var blocks = new Tally(climb.Expectation);
        await step.ReportAsync("comparing what the parquet files hold");
        await CompareBlocksAsync(climb, blocks, ct);
        Conclude("blocks", blocks, report, climb);
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

    private static async Task CompareBlocksAsync(Climb climb, Tally tally, CancellationToken ct)
    {
        // A compaction may replace blocks between listing and reading; then the new ones are read.
        const int attempts = 3;
        var done = new HashSet<int>();
        for (var attempt = 1; done.Count < climb.Expectation.Ids.Length && attempt <= attempts; attempt++)
        {
            await climb.Scan.LookAsync(ct);
            await ReadBlocksAsync(climb, tally, done, ct);
        }

        foreach (var id in climb.Expectation.Ids.Where((_, index) => !done.Contains(index)))
        {
            tally.Absent(id, "in no block");
        }
    }

    private static async Task ReadBlocksAsync(Climb climb, Tally tally, HashSet<int> done, CancellationToken ct)
    {
        var covering = climb.Scan.Covering.ToList();
        var split = covering.SelectMany(finding => finding.Ids).GroupBy(id => id).Where(group => group.Count() > 1).ToDictionary(group => group.Key, group => group.Count());
        var parts = new Dictionary<TraceId16, List<TracesData>>();
        foreach (var finding in covering)
        {
            try
            {
                await using var reader = await BlockReader.OpenAsync(climb.Bucket.Store, finding.Meta, ct);
                await foreach (var record in reader.ReadAllAsync(ct))
                {
                    if (!climb.Expectation.TryGetIndex(record.Id, out var index) || done.Contains(index))
                    {
                        continue;
                    }

                    if (!split.TryGetValue(record.Id, out var expected))
                    {
                        done.Add(index);
                        tally.Compare(index, record.Trace);
                        continue;
                    }

                    if (!parts.TryGetValue(record.Id, out var known))
                    {
                        parts.Add(record.Id, known = []);
                    }

                    known.Add(record.Trace);
                    if (known.Count == expected)
                    {
                        done.Add(index);
                        parts.Remove(record.Id);
                        tally.Compare(index, TraceMerge.Combine(known));
                    }
                }
            }
            catch (Exception exception) when (exception is BlockFormatException or ObjectNotFoundException or EndOfStreamException)
            {
                // What it held is looked for again after the next listing, and else reported as absent.
            }
        }
    }

    private static void Conclude(string source, Tally tally, RungReport report, Climb climb)
    {
        var prefix = source.ToLowerInvariant();
        report.Evidence[$"{prefix}_traces"] = $"{tally.Traces} of {climb.Expectation.Ids.Length}";
        report.Evidence[$"{prefix}_spans"] = $"{tally.Spans} of {climb.Order.Manifest.Spans}";
        if (tally.Different.Count > 0)
        {
            report.Missing(tally.Different);
            report.Fail($"{source}: {tally.Different.Count} of {climb.Expectation.Ids.Length} traces differ: {string.Join("; ", tally.Differences)}");
        }

        report.Control(
            $"an expectation with one attribute changed, against the {source}", "a difference", tally.SeesMutation == true ? "a difference" : "no difference", tally.SeesMutation == true);
    }
}
