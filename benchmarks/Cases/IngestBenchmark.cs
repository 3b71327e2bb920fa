using TempoCos.Benchmarks.Load;
using TempoCos.Benchmarks.Results;
using TempoCos.Benchmarks.Servers;

namespace TempoCos.Benchmarks.Cases;

/// <summary>How fast spans are accepted over OTLP/gRPC.</summary>
internal sealed class IngestBenchmark : IBenchmark
{
    /// <summary>Enough different requests that no side gains from repetition; the rest are the same with other trace ids.</summary>
    private const int Requests = 256;

    public string Name => "ingest";

    public string Summary => "spans accepted over OTLP/gRPC, Export latency, processor time and memory of the server";

    public async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var requests = run.Workload.Encode(Requests * Workload.TracesPerRequest);
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            foreach (var (side, program) in run.Sides(round))
            {
                var data = run.NewDirectory(Name);
                var result = await MeasureAsync(run, side, program, data, requests, cancellationToken);
                run.Say($"ingest {round + 1}/{run.Options.Rounds} {side}: {result.SpansPerSecond:N0} spans/s");
                Directory.Delete(data, recursive: true);
            }
        }
    }

    private async Task<LoadResult> MeasureAsync(
        BenchmarkRun run, Side side, TempoProgram program, string data, IReadOnlyList<EncodedRequest> requests, CancellationToken cancellationToken)
    {
        await using var server = await TempoServer.StartAsync(program, data, compaction: false, cancellationToken);
        var sender = new TraceSender(server.OtlpEndpoint, run.Workload, requests, run.Options.Senders);
        var warmUp = (await sender.SendForAsync(run.Options.WarmUp, cancellationToken)).Checked();
        var before = server.Usage;
        var load = (await sender.SendForAsync(run.Options.Duration, cancellationToken)).Checked();
        var after = server.Usage;
        var received = await server.MetricAsync("tempo_distributor_spans_received_total", cancellationToken);
        var discarded = await server.MetricAsync("tempo_discarded_spans_total", cancellationToken);
        if (discarded > 0 || (long)received != warmUp.Spans + load.Spans)
        {
            throw new InvalidAnswerException($"{side} received {received} spans and discarded {discarded}, but {warmUp.Spans + load.Spans} were sent");
        }

        run.Results.Add(side, Name, "accepted", "spans/s", Better.Higher, load.SpansPerSecond);
        run.Results.AddLatencies(side, Name, "Export ", load.Milliseconds, 50, 90, 99);
        run.Results.Add(side, Name, "server processor", "s/million", Better.Lower, (after.CpuSeconds - before.CpuSeconds) / load.Spans * 1e6);
        run.Results.Add(side, Name, "memory after", "MB", Better.Lower, after.RssMegabytes);
        run.Results.Add(side, Name, "memory peak", "MB", Better.Lower, after.PeakRssMegabytes);
        return load;
    }
}
