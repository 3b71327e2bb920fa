using TempoCos.Benchmarks.Results;

namespace TempoCos.Benchmarks.Cases;

/// <summary>From /flush to a block in the backend.</summary>
internal sealed class FlushBenchmark : IBenchmark
{
    public string Name => "flush";

    public string Summary => "/flush until the block's meta.json stands, until the block answers, and the block's size";

    public async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            foreach (var (side, program) in run.Sides(round))
            {
                _ = run.Requests;
                var flush = await run.Blocks.FlushAsync(side, program, cancellationToken);
                run.Results.Add(side, Name, "to meta.json", "s", Better.Lower, flush.Written.TotalSeconds);
                run.Results.Add(side, Name, "to first answer", "s", Better.Lower, flush.Found.TotalSeconds);
                run.Results.Add(side, Name, "block size", "B/span", Better.Lower, flush.Bytes / (double)run.Options.Spans);
                run.Results.Add(side, Name, "server processor", "s", Better.Lower, flush.CpuSeconds);
                run.Results.Add(side, Name, "memory peak", "MB", Better.Lower, flush.PeakRssMegabytes);
                run.Say($"flush {round + 1}/{run.Options.Rounds} {side}: {flush.Written.TotalSeconds:0.00} s, {flush.Blocks} block(s) of {flush.Bytes / 1e6:0.0} MB");
            }
        }
    }
}
