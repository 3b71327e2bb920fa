using Microsoft.Extensions.Options;
using TempoCos.Otlp;
using TempoCos.QueryVerifier.Bucket;
using TempoCos.ServiceDefaults;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>Reads every trace back from the blocks, by Tempo and from the files, and compares each with what was sent.</summary>
internal sealed class ReadBack(IdHunt hunt, IOptions<VerifierOptions> options, TimeProvider time)
{
    public const string Api = "API";
    public const string Files = "blocks";

    /// <summary>Each id with <c>mode=blocks</c>, once it is found.</summary>
    public async Task<(HuntResult Hunt, Tally Tally)> ByIdAsync(Climb climb, TimeSpan within, StageStep step, CancellationToken ct)
    {
        var ids = climb.Expectation.Ids;
        var tally = new Tally(climb.Expectation);
        var deadline = new Deadline(within, options.Value, time);
        var progress = new Progress(step, time);
        var found = await hunt.RunAsync(
            ids,
            async (id, stop) =>
            {
                if (await climb.Tempo.FindTraceAsync(id, blocksOnly: true, stop) is not { } trace || !climb.Expectation.TryGetIndex(id, out var index))
                {
                    return false;
                }

                tally.Compare(index, trace);
                return true;
            },
            deadline, count => progress.SayAsync(count, $"{count} of {ids.Length} traces found with mode=blocks after {Text.Seconds(deadline.Elapsed)} s"), ct);
        return (found, tally);
    }

    /// <summary>What the parquet files held when the scan read them; a trace in several blocks is put together from them first.</summary>
    public static async Task<Tally> FromFilesAsync(Climb climb, CancellationToken ct)
    {
        // A compaction may replace blocks between listing and reading; then the new ones are read.
        const int attempts = 3;
        var tally = new Tally(climb.Expectation);
        for (var attempt = 1; ; attempt++)
        {
            await climb.Scan.LookAsync(ct);
            try
            {
                await CompareAsync(climb, tally, ct);
                break;
            }
            catch (Exception exception) when (attempt < attempts && exception is BlockFormatException or ObjectNotFoundException or EndOfStreamException)
            {
                continue;
            }
        }

        foreach (var id in climb.Scan.Missing(climb.Expectation.Ids))
        {
            tally.Absent(id, "in no block");
        }

        return tally;
    }

    private static async Task CompareAsync(Climb climb, Tally tally, CancellationToken ct)
    {
        var split = new Dictionary<TraceId16, List<BlockFinding>>();
        foreach (var finding in climb.Scan.Covering)
        {
            foreach (var id in finding.Ids)
            {
                (split.TryGetValue(id, out var known) ? known : split[id] = []).Add(finding);
            }
        }

        foreach (var (id, findings) in split)
        {
            if (climb.Expectation.TryGetIndex(id, out var index))
            {
                if (findings is [var only])
                {
                    tally.Take(index, only.Compared[id]);
                }
                else
                {
                    tally.Compare(index, TraceMerge.Combine(await PartsAsync(climb, id, findings, ct)));
                }
            }
        }
    }

    private static async Task<List<TracesData>> PartsAsync(Climb climb, TraceId16 id, List<BlockFinding> findings, CancellationToken ct)
    {
        var parts = new List<TracesData>();
        foreach (var finding in findings)
        {
            await using var reader = await BlockReader.OpenAsync(climb.Bucket.Store, finding.Meta, ct);
            if (await reader.FindAsync(id, ct) is { } part)
            {
                parts.Add(part);
            }
        }

        return parts;
    }
}
