using TempoCos.Contracts;
using TempoCos.QueryVerifier.Bucket;
using TempoCos.QueryVerifier.Tempo;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>One climb of the ladder: what to prove, where to look, whom to ask for what the verifier cannot do, and what lower rungs found.</summary>
internal sealed record Climb(VerifyOrder Order, Expectation Expectation, TempoApi Tempo, JaegerApi? Jaeger, BucketConnection Bucket, Wishes Wishes)
{
    private readonly Dictionary<int, RungResult> _results = [];

    /// <summary>The bucket as this climb has seen it.</summary>
    public BucketScan Scan { get; private set; } = NewScan(Order, Expectation, Bucket);

    /// <summary>What rung 1 found by id; null while it was not judged.</summary>
    public IReadOnlySet<TraceId16>? FoundById { get; set; }

    /// <summary>Rung 4's answers compared with the manifest; null while it has not every one.</summary>
    public Tally? FromBlocks { get; set; }

    /// <summary>Whether rung 6 had the ingesters taken away: from then on they cannot be who answers.</summary>
    public bool IngestersLost { get; set; }

    /// <summary>Rungs that were not tried here and that nobody asked for by number.</summary>
    public HashSet<int> Spared { get; } = [];

    public IReadOnlyDictionary<int, RungResult> Results => _results;

    public void Add(RungResult result) => _results.Add(result.Rung, result);

    /// <summary>The result of a rung that was asked for and judged.</summary>
    public RungResult? Judged(int rung) => Order.Rungs.Count == 0 || Order.Rungs.Contains(rung) ? _results.GetValueOrDefault(rung) : null;

    /// <summary>Forgets what was read of the bucket, so that the next look reads everything anew.</summary>
    public async Task RescanAsync(CancellationToken ct)
    {
        Scan = NewScan(Order, Expectation, Bucket);
        await Scan.LookAsync(ct);
    }

    private static BucketScan NewScan(VerifyOrder order, Expectation expectation, BucketConnection bucket) =>
        new(bucket.Store, order.BlockTenant, expectation, order.Baseline?.BlockIds.ToHashSet() ?? []);
}
