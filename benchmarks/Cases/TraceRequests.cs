using System.Diagnostics;
using System.Net;
using System.Text.Json;
using TempoCos.Benchmarks.Load;
using TempoCos.Benchmarks.Servers;

namespace TempoCos.Benchmarks.Cases;

/// <summary>Asks for traces by id and takes the times.</summary>
internal static class TraceRequests
{
    public static string PathOf(BenchmarkRun run, long trace, int pass = 0) => $"/api/traces/{run.Workload.Id(trace, pass)}";

    /// <summary>Paths of traces that were sent.</summary>
    public static IReadOnlyList<string> Choose(BenchmarkRun run, Sequence random) =>
        [.. Enumerable.Range(0, run.Options.Requests).Select(_ => PathOf(run, (long)random.Below((ulong)run.Options.Traces)))];

    /// <summary>Milliseconds of every request; each client has one in flight.</summary>
    public static async Task<IReadOnlyList<double>> MeasureAsync(
        TempoServer server, IReadOnlyList<string> paths, HttpStatusCode expected, int clients, CancellationToken cancellationToken)
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

    /// <summary>Both must give back the spans that were sent, or their times cannot be compared.</summary>
    public static async Task CheckAsync(BenchmarkRun run, Side side, TempoServer server, CancellationToken cancellationToken)
    {
        foreach (var trace in (long[])[0, run.Options.Traces / 2, run.Options.Traces - 1])
        {
            using var answer = JsonDocument.Parse(await server.Http.GetByteArrayAsync(new Uri(PathOf(run, trace), UriKind.Relative), cancellationToken));
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
}
