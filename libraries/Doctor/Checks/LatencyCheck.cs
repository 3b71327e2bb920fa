using System.Diagnostics;

namespace TempoCos.Doctor.Checks;

/// <summary>Busy answers and broken connections met by all checks together, and how long one small read takes after them.</summary>
internal sealed class LatencyCheck : StoreCheck
{
    private const int Reads = 9;

    public override CheckDescription Description { get; } = new("TC210", "throttling-and-latency", "Timing small reads");

    public override string Fix => "Keep clear of the store's limits: fewer queriers and compactors at once, storage.trace.s3.hedge_requests_at unset, a longer blocklist_poll.";

    public override IReadOnlyList<StoreRight> Needs => ReadAndWrite;

    public override async Task<Finding> RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        var key = Key(examination, "object");
        (await examination.Bucket.PutObjectAsync(key, Sample.Bytes(1024, 210), cancellationToken)).Expect(200);
        var times = new List<TimeSpan>();
        for (var read = 0; read < Reads; read++)
        {
            var started = Stopwatch.GetTimestamp();
            (await examination.Bucket.GetRangeAsync(key, "0-511", cancellationToken)).Expect(206);
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        times.Sort();
        var (record, median, slow) = (examination.Wire.Record, times[Reads / 2], examination.Options.SlowAfter);
        var finding = record switch
        {
            { Throttled: > 0 } => Finding.Warn($"{record.Throttled} of {record.Requests} requests were turned away as too many; all were answered when repeated", Fix),
            { Broken: > 0 } => Finding.Warn($"{record.Broken} of {record.Requests} connections broke; all requests were answered when repeated", "Look at load balancers and proxies between here and the store."),
            _ when median > slow => Finding.Warn(
                $"half of the small reads take longer than {median.TotalMilliseconds:0} ms: a search that opens many blocks will take seconds",
                "Use the endpoint nearest to Tempo (private or direct inside IBM Cloud), or a bucket in Tempo's region."),
            _ => Finding.Pass($"no request was turned away, and half of the small reads take less than {Math.Ceiling(median.TotalMilliseconds):0} ms"),
        };
        return finding
            .With("requests", $"{record.Requests}")
            .With("throttled", $"{record.Throttled}")
            .With("broken", $"{record.Broken}")
            .With("read_p50_ms", $"{median.TotalMilliseconds:0.0}")
            .With("read_max_ms", $"{times[^1].TotalMilliseconds:0.0}");
    }
}
