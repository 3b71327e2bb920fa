using System.Diagnostics;
using TempoCos.Benchmarks.Library;
using TempoCos.Benchmarks.Results;
using TempoCos.Benchmarks.Servers;

namespace TempoCos.Benchmarks.Cases;

/// <summary>Four blocks into one by each side's own compactor.</summary>
internal sealed class CompactionBenchmark : IBenchmark
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public string Name => "compaction";

    public string Summary => "four blocks into one, from the start of the process to the output's meta.json (its waits included)";

    public async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        run.Say("compaction: writing the inputs");
        var inputs = await CompactionInput.WriteAsync(run, run.NewDirectory("compaction-input"), cancellationToken);
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            foreach (var (side, program) in run.Sides(round))
            {
                var data = run.NewDirectory(Name);
                var seconds = await MeasureAsync(run, side, program, inputs, data, cancellationToken);
                run.Say($"compaction {round + 1}/{run.Options.Rounds} {side}: {seconds:0.00} s");
                Directory.Delete(data, recursive: true);
            }
        }
    }

    private async Task<double> MeasureAsync(BenchmarkRun run, Side side, TempoProgram program, CompactionInput input, string data, CancellationToken cancellationToken)
    {
        BlockStage.Copy(input.Folder, TempoServer.BlocksOf(data));
        // A compactor may be at work before it says that it is ready.
        var clock = Stopwatch.StartNew();
        await using var server = await TempoServer.StartAsync(program, data, compaction: true, cancellationToken);
        while (clock.Elapsed < Deadline)
        {
            if (BlockStage.MetasIn(server.BlockFolder).FirstOrDefault(meta => meta.CompactionLevel > 0) is { } output)
            {
                var seconds = clock.Elapsed.TotalSeconds;
                if (output.TotalObjects != input.Traces)
                {
                    throw new InvalidAnswerException($"{side} made a block of {output.TotalObjects} traces out of {input.Traces} different ones");
                }

                var usage = server.Usage;
                run.Results.Add(side, Name, "to meta.json", "s", Better.Lower, seconds);
                run.Results.Add(side, Name, "speed", "spans/s", Better.Higher, input.Traces * Load.Workload.SpansPerTrace / seconds);
                run.Results.Add(side, Name, "server processor", "s", Better.Lower, usage.CpuSeconds);
                run.Results.Add(side, Name, "memory peak", "MB", Better.Lower, usage.PeakRssMegabytes);
                run.Results.Add(side, Name, "output size", "MB", Better.Lower, output.Size / 1e6);
                return seconds;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        throw new InvalidAnswerException($"{side} compacted nothing within {Deadline.TotalMinutes:0} min");
    }
}
