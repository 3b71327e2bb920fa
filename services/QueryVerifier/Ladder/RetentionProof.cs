using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.QueryVerifier.Bucket;
using TempoCos.QueryVerifier.Tempo;
using TempoCos.ServiceDefaults;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>Retention is shortened to nothing; then the blocks must go from the bucket, from Tempo's index and from its answers, which had them just before.</summary>
internal sealed class RetentionProof(IdHunt hunt, Canaries canaries, IOptions<VerifierOptions> options, TimeProvider time)
{
    public const string JustBefore = "by id and by search, just before retention";
    public const string StillAnswers = "a canary sent after retention";
    private const int MaxListed = 10;
    private static readonly TimeSpan Retention = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SearchWithin = TimeSpan.FromSeconds(10);

    public async Task ShowAsync(Climb climb, RungReport report, int found, StageStep step, CancellationToken ct)
    {
        var query = Expectation.RunQuery(climb.Order.Manifest.RunId);
        var range = climb.Expectation.Range(time.GetUtcNow());
        var searched = await BeforeAsync(climb, report, found, query, range, ct);
        if (!report.IsClean)
        {
            return;
        }

        await step.ReportAsync("asking for a shorter retention");
        var shortened = await climb.Wishes.ShortenRetentionAsync(Retention, Retention, ct);
        report.Evidence["retention"] = string.Join(", ", shortened.Now.OrderBy(setting => setting.Key).Select(setting =>
            $"{setting.Key} = {setting.Value} (was {(shortened.Before.TryGetValue(setting.Key, out var was) && was.Length > 0 ? was : "the default")})"));
        var deadline = new Deadline(climb.Order.LivesOnWithin, options.Value, time);
        await FromBucketAsync(climb, report, step, deadline, ct);
        await FromIndexAsync(climb, report, deadline, ct);
        await FromQueriesAsync(climb, report, step, deadline, ct);
        if (searched)
        {
            await FromSearchAsync(climb, report, query, range, deadline, ct);
        }

        report.Evidence["time_to_gone_seconds"] = Text.Seconds(deadline.Elapsed);
        await LeftInBucketAsync(climb, report, ct);

        // A Tempo that answers nothing at all has not shown that these traces are gone.
        const string taken = "200 by id";
        var (fresh, reason) = await canaries.SendAsync(climb, null, ct);
        report.Control(StillAnswers, taken, fresh is null ? reason : taken, fresh is not null);
    }

    private async Task<bool> BeforeAsync(Climb climb, RungReport report, int found, string query, TimeRange range, CancellationToken ct)
    {
        var count = climb.Expectation.Ids.Length;
        if (!climb.IngestersLost)
        {
            // Ingesters keep for a while what they have flushed, and answer searches from it whatever became of the blocks.
            report.Evidence["search_after_retention"] = "not judged: the ingesters were not taken away, and they keep what they have flushed";
            report.Control(JustBefore, $"{count} by id", $"{found} by id", found == count);
            return false;
        }

        HashSet<TraceId16> seen = [];
        var (all, error) = await Asking.UntilAsync(
            new Deadline(SearchWithin, options.Value, time),
            async () => (seen = await climb.Tempo.SearchAsync(query, range, Expectation.MaxTraces, ct)).IsSupersetOf(climb.Expectation.Ids),
            ct);
        report.Control(
            JustBefore, $"{count} by id, {count} by search",
            $"{found} by id, {climb.Expectation.Ids.Count(seen.Contains)} by search{(all ? "" : $"{Text.Cause(error)}: query_frontend.search.query_backend_after keeps searches of recent data from the blocks")}",
            all && found == count);
        return all;
    }

    private async Task FromBucketAsync(Climb climb, RungReport report, StageStep step, Deadline deadline, CancellationToken ct)
    {
        IReadOnlyList<string> left = [];
        var progress = new Progress(step, time);
        var (gone, error) = await Asking.UntilAsync(
            deadline,
            async () =>
            {
                await climb.Scan.LookAsync(ct);
                left = [.. climb.Scan.Covering.Select(finding => $"{finding.Meta.BlockId} (live)"), .. climb.Scan.Compacted.Select(block => $"{block} (compacted)")];
                await progress.SayAsync(left.Count, $"{left.Count} blocks are still in the bucket after {Text.Seconds(deadline.Elapsed)} s");
                return left.Count == 0;
            },
            ct);
        report.Evidence["blocks_after_retention"] = $"{left.Count}";
        if (!gone)
        {
            report.Fail($"{left.Count} blocks are still in the bucket {Text.Seconds(deadline.Within)} s after their retention: {string.Join(", ", left.Take(MaxListed))}{Text.Cause(error)}");
        }
    }

    private static async Task FromIndexAsync(Climb climb, RungReport report, Deadline deadline, CancellationToken ct)
    {
        TenantIndex? index = null;
        var (gone, cause) = await Asking.UntilAsync(
            deadline,
            async () =>
            {
                index = await BlockIndex.ReadAsync(climb, ct);
                return index?.Live.Any(meta => climb.Scan.Seen.Contains(meta.BlockId)) != true;
            },
            ct);
        report.Evidence["index_after_retention"] = index is null ? "none, since no block is left" : $"{index.Live.Count} live, {index.Compacted.Count} compacted";
        if (!gone)
        {
            report.Fail($"Tempo's index still lists blocks that are past their retention as live{Text.Cause(cause)}");
        }
    }

    private async Task FromQueriesAsync(Climb climb, RungReport report, StageStep step, Deadline deadline, CancellationToken ct)
    {
        var ids = climb.Expectation.Ids;
        var left = deadline.Within - deadline.Elapsed;
        var blocksOnly = !climb.IngestersLost;
        var progress = new Progress(step, time);
        var gone = await hunt.RunAsync(
            ids, async (id, stop) => await climb.Tempo.FindTraceAsync(id, blocksOnly, stop) is null,
            new Deadline(left > TimeSpan.Zero ? left : TimeSpan.Zero, options.Value, time), count => progress.SayAsync(count, $"{count} of {ids.Length} traces are gone"), ct);
        report.Evidence["gone_by_id"] = $"{gone.Found.Count} of {ids.Length}{(blocksOnly ? " with mode=blocks" : "")}";
        if (gone.Missing.Count > 0)
        {
            report.Missing(gone.Missing);
            report.Fail($"{gone.Missing.Count} of {ids.Length} traces are still answered by id after their retention{gone.Cause}");
        }
    }

    private static async Task FromSearchAsync(Climb climb, RungReport report, string query, TimeRange range, Deadline deadline, CancellationToken ct)
    {
        HashSet<TraceId16> seen = [];
        var (gone, error) = await Asking.UntilAsync(
            deadline, async () => (seen = await climb.Tempo.SearchAsync(query, range, Expectation.MaxTraces, ct)).Count == 0, ct);
        report.Evidence["search_after_retention"] = $"{query} with {range}: {seen.Count} traces";
        if (!gone)
        {
            report.Fail($"the search {query} with {range} still finds {seen.Count} traces after their retention{Text.Cause(error)}");
        }
    }

    private static async Task LeftInBucketAsync(Climb climb, RungReport report, CancellationToken ct)
    {
        var keys = new List<string>();
        await foreach (var entry in climb.Bucket.Store.ListAsync("", ct))
        {
            keys.Add(entry.Key);
        }

        report.Evidence["left_in_bucket"] = keys.Count == 0
            ? "nothing"
            : $"{keys.Count} objects: {string.Join(", ", keys.Take(MaxListed))}{(keys.Count > MaxListed ? $" and {keys.Count - MaxListed} more" : "")}";
    }
}
