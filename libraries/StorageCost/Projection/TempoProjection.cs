using System.Globalization;

namespace TempoCos.StorageCost.Projection;

/// <summary>
/// The requests that a Tempo 2.10 makes to its bucket in a month of 30 days, counted in its source: the blocklist's poller (<c>tempodb/blocklist</c>), the S3
/// backend (<c>tempodb/backend/s3</c>), compaction and retention (<c>tempodb</c>) and the block format (<c>tempodb/encoding/vparquet4</c>). Hedging off and no
/// cache, as the operator leaves them; starts of processes, retries and errors are not in it.
/// </summary>
public static class TempoProjection
{
    private const double PageSize = 1000;
    private const double UploadPart = 16 << 20;
    private const double CompactionRead = 2 << 20;
    // 100,000,000 values by Tempo's own estimate, at the measured 89 bytes and some 100 values a span.
    private const double RowGroup = 90e6;
    private const double ColumnsOfABlock = 103;
    private const double ReadsOfASearch = 10;
    private const double HoursPerMonth = 720;

    /// <summary>What is projected.</summary>
    public static TimeSpan Month => BlockFlow.Month;

    /// <summary>Every activity that asks something of the bucket.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number of the workload makes no sense.</exception>
    public static IReadOnlyList<ProjectedActivity> Of(TempoWorkload load)
    {
        Check(load);
        var flow = new BlockFlow(load);
        return [.. Polling(load, flow).Concat(Writing(load, flow)).Concat(Reading(load, flow)).Where(activity => activity.ClassA + activity.ClassB + activity.Free > 0)];
    }

    /// <summary>Bytes of live blocks, in the steady state of the workload.</summary>
    public static decimal StoredBytes(TempoWorkload load)
    {
        Check(load);
        return new BlockFlow(load).Stored;
    }

    /// <summary>Live blocks, in the steady state of the workload.</summary>
    public static double LiveBlocks(TempoWorkload load)
    {
        Check(load);
        return new BlockFlow(load).Live;
    }

    /// <summary>Listings that one poll of an index builder makes of one tenant's blocks.</summary>
    /// <param name="objects">Objects in the tenant's folder.</param>
    /// <param name="listConcurrency">Parts that the listing is cut into.</param>
    /// <param name="objectsPerBlock">How far a part reads into the next one until it sees that it is over: to the description of a block.</param>
    public static double ListingsPerPoll(double objects, int listConcurrency, int objectsPerBlock) =>
        ((listConcurrency - 1) * Math.Ceiling(((objects / listConcurrency) + objectsPerBlock) / PageSize)) + Math.Max(1, Math.Ceiling(objects / listConcurrency / PageSize));

    /// <summary>How many of the compactors build a tenant's index: each place goes to one of them by its hash, and some may get two.</summary>
    public static double Builders(int compactors, int places) => compactors == 0 ? 0 : compactors * (1 - Math.Pow(1 - (1.0 / compactors), places));

    private static IEnumerable<ProjectedActivity> Polling(TempoWorkload load, BlockFlow flow)
    {
        var polls = BlockFlow.Month / load.Poll;
        var builders = Builders(load.Compactors, load.IndexBuilders);
        var objectsPerBlock = 3 + load.BloomShards;
        var objects = ((flow.Live + flow.RecentlyCompacted) / load.Tenants * objectsPerBlock) + 2;
        var tenantListings = Math.Ceiling(load.Tenants / PageSize);
        var listings = ListingsPerPoll(objects, load.ListConcurrency, objectsPerBlock);
        // A builder knows what it compacted itself.
        var others = load.Compactors == 0 ? 0 : 1 - (1.0 / load.Compactors);
        yield return new(
            "compactor", "list tenants", load.Compactors * polls * tenantListings, 0, 0, Basis.Counted,
            Text($"{load.Compactors} × {polls:0} polls × {tenantListings:0} listing"));
        yield return new(
            "compactor", "list blocks", builders * load.Tenants * polls * listings, 0, 0, Basis.Counted,
            Text($"{builders:0.##} builders a tenant × {load.Tenants} tenants × {polls:0} polls × {listings:0} listings of {objects:0} objects in {load.ListConcurrency} parts"));
        yield return new(
            "compactor", "write tenant index", 2 * builders * load.Tenants * polls, 0, 0, Basis.Counted, Text($"index.pb.zst and index.json.gz at every poll of a builder"));
        yield return new(
            "compactor", "read new blocks' descriptions", 0, builders * ((2 * flow.Flushed) + (others * ((2 * flow.Compactions) + flow.Compacted + flow.Expired))), 0, Basis.Counted,
            "nocompact.flg (not there) and meta.json of each block that is new to a builder, meta.compacted.json of each that another one took out of use");
        var readers = load.Compactors - builders;
        if (readers > 0)
        {
            yield return new("compactor", "read tenant index", 0, readers * load.Tenants * polls, 0, Basis.Counted, Text($"{readers:0.##} that do not build × {load.Tenants} tenants × {polls:0} polls"));
        }

        foreach (var (component, replicas) in new[] { ("querier", load.Queriers), ("query-frontend", load.QueryFrontends) })
        {
            yield return new(component, "list tenants", replicas * polls * tenantListings, 0, 0, Basis.Counted, Text($"{replicas} × {polls:0} polls × {tenantListings:0} listing"));
            yield return new(component, "read tenant index", 0, replicas * load.Tenants * polls, 0, Basis.Counted, Text($"{replicas} × {load.Tenants} tenants × {polls:0} polls"));
        }
    }

    private static IEnumerable<ProjectedActivity> Writing(TempoWorkload load, BlockFlow flow)
    {
        var small = load.BloomShards + 2;
        var parts = flow.FlushedBytes <= UploadPart ? 1 : Math.Ceiling(flow.FlushedBytes / UploadPart) + 2;
        yield return new(
            "ingester", "write blocks", flow.Flushed * (parts + small), 0, 0, Basis.Derived,
            Text($"{flow.Flushed:0} blocks of {flow.FlushedBytes / 1e6:0.0} MB: {parts:0} requests for data.parquet, {small} for bloom filter, index and description; one block a tenant every {load.BlockDuration.TotalMinutes:0} min"));

        var moved = flow.BytesPerMonth * flow.Generations;
        var rowGroups = flow.Compactions + (moved / RowGroup);
        yield return new(
            "compactor", "compaction: read inputs", 0, (flow.Compacted * 2) + flow.Compactions + (moved / CompactionRead), 0, Basis.Derived,
            Text($"{flow.Compacted:0} inputs, each byte {flow.Generations:0.0} times in reads of 2 MiB: at least so many for row groups above 128 MiB"));
        yield return new(
            "compactor", "compaction: write output", (flow.Compactions * (2 + small)) + rowGroups, 0, 0, Basis.Derived,
            Text($"{flow.Compactions:0} compactions of {load.CompactionInputs:0.#} blocks: multipart upload with a part a row group, bloom filter, index, description"));
        yield return new("compactor", "compaction: retire inputs", flow.Compacted, 0, flow.Compacted, Basis.Derived, "meta.json is copied to meta.compacted.json and deleted");

        var objects = 3 + load.BloomShards;
        var cleared = flow.Compacted + flow.Expired;
        yield return new("compactor", "retention: retire blocks", flow.Expired, 0, flow.Expired, Basis.Derived, Text($"{flow.Expired:0} blocks at the end of {load.Retention.TotalHours:0} h: a copy and a deletion"));
        yield return new("compactor", "retention: delete blocks", cleared, 0, cleared * objects, Basis.Derived, Text($"{cleared:0} blocks: a listing, and {objects} deletions that cost nothing"));
    }

    private static IEnumerable<ProjectedActivity> Reading(TempoWorkload load, BlockFlow flow)
    {
        var perTenant = flow.Live / load.Tenants;
        var lookups = load.LookupsPerHour * HoursPerMonth;
        if (lookups > 0)
        {
            var recent = flow.CompactedPerHour / load.Tenants * 2 * load.Poll.TotalHours;
            yield return new(
                "querier", "look up traces: bloom filters", 0, lookups * (perTenant + recent), 0, Basis.Counted,
                Text($"{lookups:0} lookups without a time range, each reads one shard of every block of its tenant"));
            yield return new(
                "querier", "look up traces: the trace", 0, lookups * (ColumnsOfABlock + 2), 0, Basis.Estimated,
                Text($"footer, ids and {ColumnsOfABlock:0} columns of the block that has it"));
        }

        var searches = load.SearchesPerHour * HoursPerMonth;
        if (searches > 0)
        {
            var blocks = Math.Min(perTenant, Math.Max(1, perTenant * (load.SearchRange / load.Retention)));
            yield return new(
                "querier", "search", 0, searches * blocks * ReadsOfASearch, 0, Basis.Estimated,
                Text($"{searches:0} searches × {blocks:0.#} blocks in {load.SearchRange.TotalHours:0.##} h × {ReadsOfASearch:0} reads of up to 1 MiB, as measured on a block of 21.9 MB"));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Check(TempoWorkload load)
    {
        Require(load.Tenants >= 1, nameof(load.Tenants), load.Tenants);
        Require(load.Blocks is null or >= 0, nameof(load.Blocks), load.Blocks);
        Require(load.Poll > TimeSpan.Zero, nameof(load.Poll), load.Poll);
        Require(load.Retention > TimeSpan.Zero, nameof(load.Retention), load.Retention);
        Require(load.CompactionWindow > TimeSpan.Zero, nameof(load.CompactionWindow), load.CompactionWindow);
        Require(load.BlockDuration > TimeSpan.Zero, nameof(load.BlockDuration), load.BlockDuration);
        Require(load.ListConcurrency >= 1, nameof(load.ListConcurrency), load.ListConcurrency);
        Require(load.IndexBuilders >= 1, nameof(load.IndexBuilders), load.IndexBuilders);
        Require(load.CompactionInputs is >= 2 and <= 4, nameof(load.CompactionInputs), load.CompactionInputs);
        Require(load.BloomShards >= 1, nameof(load.BloomShards), load.BloomShards);
        Require(load is { Compactors: >= 0, Queriers: >= 0, QueryFrontends: >= 0, Ingesters: >= 0, ReplicationFactor: >= 1 }, "replicas", load.ReplicationFactor);
    }

    private static void Require(bool holds, string name, object? value)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, "The value makes no sense.");
        }
    }
}
