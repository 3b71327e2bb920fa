using TempoCos.Contracts;
using TempoCos.QueryVerifier.Bucket;
using TempoCos.QueryVerifier.Tempo;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>One climb of the ladder: what to prove, where to look, and what lower rungs found.</summary>
internal sealed record Climb(VerifyOrder Order, Expectation Expectation, TempoApi Tempo, JaegerApi? Jaeger, BucketConnection Bucket, BucketScan Scan)
{
    private readonly Dictionary<int, RungResult> _results = [];

    /// <summary>What rung 1 found by id; null while it was not judged.</summary>
    public IReadOnlySet<TraceId16>? FoundById { get; set; }

    public IReadOnlyDictionary<int, RungResult> Results => _results;

    public void Add(RungResult result) => _results.Add(result.Rung, result);

    /// <summary>The result of a rung that was asked for and judged.</summary>
    public RungResult? Judged(int rung) => Order.Rungs.Count == 0 || Order.Rungs.Contains(rung) ? _results.GetValueOrDefault(rung) : null;
}
