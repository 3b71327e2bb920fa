using System.Diagnostics;
using System.Text.Json;
using TempoCos.Benchmarks.Results;
using TempoCos.Benchmarks.Servers;

namespace TempoCos.Benchmarks.Cases;

/// <summary>TraceQL searches over one block.</summary>
internal sealed class SearchBenchmark : IBenchmark
{
    private const int FewestRequests = 5;

    /// <summary>A slow search is asked less often.</summary>
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(3);

    public string Name => "search";

    public string Summary => $"TraceQL over a block; also search/NAME: {string.Join(", ", SearchQuery.All.Select(query => query.Name))}";

    public async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var chosen = SearchQuery.All.Where(query => run.Options.Names.Count == 0 || run.Options.Names.Any(name =>
            name == Name || (name.StartsWith("search/", StringComparison.Ordinal) && query.Name.Contains(name[7..], StringComparison.Ordinal)))).ToList();
        await using var servers = await run.Blocks.OpenAsync(cancellationToken);
        foreach (var query in chosen)
        {
            await RunAsync(run, servers, query, cancellationToken);
        }

        foreach (var (side, _) in run.Sides(0))
        {
            run.Results.Add(side, Name, "memory peak", "MB", Better.Lower, servers[side].Usage.PeakRssMegabytes);
        }
    }

    private static async Task RunAsync(BenchmarkRun run, ServerPair servers, SearchQuery query, CancellationToken cancellationToken)
    {
        var benchmark = $"search/{query.Name}";
        var start = run.Workload.Start.ToUnixTimeSeconds() - 60;
        var end = start + 3600 + (run.Options.Traces / 1000);
        var path = $"/api/search?q={Uri.EscapeDataString(query.Text)}&limit={query.Limit}&start={start}&end={end}";
        var requests = Math.Max(FewestRequests, run.Options.Requests / 4);
        try
        {
            await CompareAsync(run, servers, query, path, cancellationToken);
            foreach (var (side, _) in run.Sides(0))
            {
                await MeasureAsync(servers[side], path, Math.Min(20, requests), cancellationToken);
            }

            for (var round = 0; round < run.Options.Rounds; round++)
            {
                foreach (var (side, _) in run.Sides(round))
                {
                    run.Results.AddLatencies(side, benchmark, "", await MeasureAsync(servers[side], path, requests, cancellationToken), 50, 99);
                }
            }

            var medians = run.Results.Measurements.First(found => found.Benchmark == benchmark);
            run.Say($"{benchmark}: {medians.Ours!.Median:0.0} ms{(medians.Peer is { } peer ? $", peer {peer.Median:0.0} ms" : "")}");
        }
        catch (InvalidAnswerException exception)
        {
            run.Say($"{benchmark}: INVALID: {exception.Message}");
            run.Results.Discard(benchmark, exception.Message);
        }
    }

    private static async Task CompareAsync(BenchmarkRun run, ServerPair servers, SearchQuery query, string path, CancellationToken cancellationToken)
    {
        var ours = await FindAsync(servers[Side.Ours], path, cancellationToken);
        if (!servers.HasPeer)
        {
            return;
        }

        var peer = await FindAsync(servers[Side.Peer], path, cancellationToken);
        if (ours.Count != peer.Count)
        {
            throw new InvalidAnswerException($"ours finds {ours.Count} traces, the peer {peer.Count}");
        }

        // At the limit each may choose; below it the traces and the number of their matching spans are the answer.
        if (ours.Count < query.Limit && ours.FirstOrDefault(found => !peer.TryGetValue(found.Key, out var matched) || matched != found.Value) is { Key: { } id } other)
        {
            throw new InvalidAnswerException($"ours finds trace {id} with {other.Value} spans, the peer {(peer.TryGetValue(id, out var matched) ? $"with {matched}" : "does not")}");
        }

        run.Say($"search/{query.Name}: both find {ours.Count} traces{(ours.Count < query.Limit ? ", the same" : ", the limit")}");
    }

    private static async Task<Dictionary<string, long>> FindAsync(TempoServer server, string path, CancellationToken cancellationToken)
    {
        using var response = await server.Http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidAnswerException($"GET {path} answered {(int)response.StatusCode}: {body.Trim()}");
        }

        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("traces", out var traces)
            ? traces.EnumerateArray().ToDictionary(trace => trace.GetProperty("traceID").GetString()!.PadLeft(32, '0'), Matched)
            : [];
    }

    private static long Matched(JsonElement trace) => trace.TryGetProperty("spanSets", out var sets)
        ? sets.EnumerateArray().Sum(set => set.TryGetProperty("matched", out var matched) ? matched.GetInt64() : 0)
        : 0;

    private static async Task<IReadOnlyList<double>> MeasureAsync(TempoServer server, string path, int requests, CancellationToken cancellationToken)
    {
        var milliseconds = new List<double>(requests);
        for (var clock = Stopwatch.StartNew(); milliseconds.Count < requests && (milliseconds.Count < FewestRequests || clock.Elapsed < LongestRound);)
        {
            var started = Stopwatch.GetTimestamp();
            await server.Http.GetByteArrayAsync(new Uri(path, UriKind.Relative), cancellationToken);
            milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return milliseconds;
    }
}
