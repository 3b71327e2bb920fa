using System.Net;
using TempoCos.Benchmarks.Load;
using TempoCos.Benchmarks.Results;

namespace TempoCos.Benchmarks.Cases;

/// <summary>Traces by id over HTTP from a block: those that are there, and those that are not.</summary>
internal sealed class TraceByIdBenchmark : IBenchmark
{
    private const int OtherTraces = 1_000_000;
    private const int Clients = 4;

    public string Name => "trace";

    public string Summary => "trace by id over HTTP from a block: found, not found, four clients at once";

    public async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        await using var servers = await run.Blocks.OpenAsync(cancellationToken);
        var random = new Sequence(7);
        foreach (var (side, _) in run.Sides(0))
        {
            await TraceRequests.CheckAsync(run, side, servers[side], cancellationToken);
            await TraceRequests.MeasureAsync(servers[side], TraceRequests.Choose(run, random), HttpStatusCode.OK, 1, cancellationToken);
        }

        for (var round = 0; round < run.Options.Rounds; round++)
        {
            var found = TraceRequests.Choose(run, random);
            var missing = Enumerable.Range(0, run.Options.Requests).Select(_ => TraceRequests.PathOf(run, (long)random.Below(OtherTraces), pass: 1)).ToList();
            foreach (var (side, _) in run.Sides(round))
            {
                var hits = await TraceRequests.MeasureAsync(servers[side], found, HttpStatusCode.OK, 1, cancellationToken);
                run.Results.AddLatencies(side, Name, "found ", hits, 50, 90, 99);
                run.Results.AddLatencies(side, Name, "not found ", await TraceRequests.MeasureAsync(servers[side], missing, HttpStatusCode.NotFound, 1, cancellationToken), 50, 90, 99);
                run.Results.AddLatencies(side, Name, "found, 4 clients ", await TraceRequests.MeasureAsync(servers[side], found, HttpStatusCode.OK, Clients, cancellationToken), 50, 99);
                run.Results.Add(side, Name, "memory peak", "MB", Better.Lower, servers[side].Usage.PeakRssMegabytes);
                run.Say($"trace {round + 1}/{run.Options.Rounds} {side}: p50 {Percentiles.Of(hits, 50):0.00} ms");
            }
        }
    }
}
