using System.Net;
using TempoCos.Benchmarks.Load;
using TempoCos.Benchmarks.Results;
using TempoCos.Benchmarks.Servers;

namespace TempoCos.Benchmarks.Cases;

/// <summary>Traces by id that are in no block yet: just sent, and later, when they wait in the log.</summary>
internal sealed class RecentBenchmark : IBenchmark
{
    /// <summary>trace_idle_period (5 s) and then at most one flush_check_period (10 s); neither program shows from outside that it is done.</summary>
    private static readonly TimeSpan UntilCut = TimeSpan.FromSeconds(17);

    public string Name => "recent";

    public string Summary => "trace by id over HTTP before there is a block: just sent, and after it was cut to the write-ahead log";

    public async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var servers = new Dictionary<Side, TempoServer>();
        await using var pair = new ServerPair(servers);
        foreach (var (side, program) in run.Sides(0))
        {
            var server = await TempoServer.StartAsync(program, run.NewDirectory(Name), compaction: false, cancellationToken);
            servers.Add(side, server);
            (await new TraceSender(server.OtlpEndpoint, run.Workload, run.Requests, run.Options.Senders).SendAllAsync(cancellationToken)).Checked();
            await MeasureAsync(run, side, server, "just sent", cancellationToken);
            await TraceRequests.CheckAsync(run, side, server, cancellationToken);
        }

        run.Say($"recent: waiting {UntilCut.TotalSeconds:0} s, until every trace is cut");
        await Task.Delay(UntilCut, cancellationToken);
        foreach (var (side, server) in servers)
        {
            await TraceRequests.CheckAsync(run, side, server, cancellationToken);
        }


        for (var round = 0; round < run.Options.Rounds; round++)
        {
            foreach (var (side, _) in run.Sides(round))
            {
                await MeasureAsync(run, side, servers[side], "in the log", cancellationToken);
            }
        }
    }

    private async Task MeasureAsync(BenchmarkRun run, Side side, TempoServer server, string where, CancellationToken cancellationToken)
    {
        var random = new Sequence(13);
        // A log that is searched from its start takes long: a quarter of the requests tells it, too.
        var paths = TraceRequests.Choose(run, random).Take(Math.Max(10, run.Options.Requests / 4)).ToList();
        await TraceRequests.MeasureAsync(server, paths.Take(10).ToList(), HttpStatusCode.OK, 1, cancellationToken);
        var milliseconds = await TraceRequests.MeasureAsync(server, paths, HttpStatusCode.OK, 1, cancellationToken);
        run.Results.AddLatencies(side, Name, $"{where} ", milliseconds, 50, 99);
        run.Say($"recent {side}: {where}, p50 {Percentiles.Of(milliseconds, 50):0.00} ms");
    }
}
