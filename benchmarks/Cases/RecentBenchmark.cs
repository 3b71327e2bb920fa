using System.Diagnostics;
using System.Net;
using TempoCos.Benchmarks.Load;
using TempoCos.Benchmarks.Results;
using TempoCos.Benchmarks.Servers;

namespace TempoCos.Benchmarks.Cases;

/// <summary>Traces by id that are in no block yet: just sent, and later, when they wait in the log.</summary>
internal sealed class RecentBenchmark : IBenchmark
{
    private static readonly TimeSpan CutDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

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
        }

        foreach (var server in servers.Values)
        {
            await WaitUntilCutAsync(server, cancellationToken);
        }

        for (var round = 0; round < run.Options.Rounds; round++)
        {
            foreach (var (side, _) in run.Sides(round))
            {
                await MeasureAsync(run, side, servers[side], "in the log", cancellationToken);
            }
        }
    }

    private static async Task WaitUntilCutAsync(TempoServer server, CancellationToken cancellationToken)
    {
        for (var clock = Stopwatch.StartNew(); await server.MetricAsync("tempo_ingester_live_traces", cancellationToken) > 0;)
        {
            if (clock.Elapsed > CutDeadline)
            {
                throw new InvalidAnswerException($"there were live traces {CutDeadline.TotalMinutes:0} min after the last one was sent");
            }

            await Task.Delay(Pause, cancellationToken);
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
