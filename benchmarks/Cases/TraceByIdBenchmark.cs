using System.Diagnostics;
using System.Net;
using System.Text.Json;
using TempoCos.Benchmarks.Load;
using TempoCos.Benchmarks.Results;
using TempoCos.Benchmarks.Servers;

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
            await CheckAsync(run, side, servers[side], cancellationToken);
            await MeasureAsync(servers[side], Paths(run, random, run.Options.Requests), HttpStatusCode.OK, 1, cancellationToken);
        }

        for (var round = 0; round < run.Options.Rounds; round++)
        {
            var found = Paths(run, random, run.Options.Requests);
            var missing = Enumerable.Range(0, run.Options.Requests).Select(_ => PathOf(run, (long)random.Below(OtherTraces), 1)).ToList();
            foreach (var (side, _) in run.Sides(round))
            {
                var hits = await MeasureAsync(servers[side], found, HttpStatusCode.OK, 1, cancellationToken);
                run.Results.AddLatencies(side, Name, "found ", hits, 50, 90, 99);
                run.Results.AddLatencies(side, Name, "not found ", await MeasureAsync(servers[side], missing, HttpStatusCode.NotFound, 1, cancellationToken), 50, 90, 99);
                run.Results.AddLatencies(side, Name, "found, 4 clients ", await MeasureAsync(servers[side], found, HttpStatusCode.OK, Clients, cancellationToken), 50, 99);
                run.Results.Add(side, Name, "memory peak", "MB", Better.Lower, servers[side].Usage.PeakRssMegabytes);
                run.Say($"trace {round + 1}/{run.Options.Rounds} {side}: p50 {Percentiles.Of(hits, 50):0.00} ms");
            }
        }
    }

    private static List<string> Paths(BenchmarkRun run, Sequence random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => PathOf(run, (long)random.Below((ulong)run.Options.Traces), 0))];

    private static string PathOf(BenchmarkRun run, long trace, int pass) => $"/api/traces/{run.Workload.Id(trace, pass)}";

    // Both must give back the spans that were sent, or their times cannot be compared.
    private static async Task CheckAsync(BenchmarkRun run, Side side, TempoServer server, CancellationToken cancellationToken)
    {
        foreach (var trace in (long[])[0, run.Options.Traces / 2, run.Options.Traces - 1])
        {
            using var answer = JsonDocument.Parse(await server.Http.GetByteArrayAsync(new Uri(PathOf(run, trace, 0), UriKind.Relative), cancellationToken));
            var spans = answer.RootElement.GetProperty("batches").EnumerateArray()
                .SelectMany(batch => batch.GetProperty("scopeSpans").EnumerateArray())
                .SelectMany(scope => scope.GetProperty("spans").EnumerateArray())
                .Select(span => Convert.FromBase64String(span.GetProperty("spanId").GetString()!))
                .Select(Convert.ToHexString)
                .Order(StringComparer.Ordinal);
            var sent = run.Workload.Trace(trace).ResourceSpans
                .SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans)
                .Select(span => Convert.ToHexString(span.SpanId.Span))
                .Order(StringComparer.Ordinal);
            if (!spans.SequenceEqual(sent))
            {
                throw new InvalidAnswerException($"{side} does not give back the spans of trace {run.Workload.Id(trace)}");
            }
        }
    }

    private static async Task<IReadOnlyList<double>> MeasureAsync(
        TempoServer server, List<string> paths, HttpStatusCode expected, int clients, CancellationToken cancellationToken)
    {
        var milliseconds = new double[paths.Count];
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => AskAsync(client), cancellationToken)));
        return milliseconds;

        async Task AskAsync(int client)
        {
            for (var i = client; i < paths.Count; i += clients)
            {
                var started = Stopwatch.GetTimestamp();
                using var response = await server.Http.GetAsync(new Uri(paths[i], UriKind.Relative), cancellationToken);
                milliseconds[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                if (response.StatusCode != expected)
                {
                    throw new InvalidAnswerException($"GET {paths[i]} answered {(int)response.StatusCode} instead of {(int)expected}");
                }
            }
        }
    }
}
