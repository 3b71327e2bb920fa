using TempoCos.Benchmarks.Results;
using TempoCos.Benchmarks.Servers;
using TempoCos.Benchmarks.Teardown;

namespace TempoCos.Benchmarks.Cases;

/// <summary>Emptying a bucket as the provisioner does, beside one DELETE after the other.</summary>
internal sealed class TeardownBenchmark : IBenchmark
{
    private const string Near = "near";
    private const string Far = "far";
    private const string Alone = "alone";

    /// <summary>Of a store in another region.</summary>
    private const int FarMilliseconds = 20;

    public string Name => "teardown";

    public string Summary => "emptying a bucket, beside one DELETE after the other; teardown/near, far (every answer 20 ms later, a fifth of the objects), alone (ten times as many objects, no peer)";

    public async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        if (Chosen(run, Near))
        {
            await CompareAsync(run, Near, run.Options.Objects, 0, cancellationToken);
        }

        if (Chosen(run, Far))
        {
            await CompareAsync(run, Far, Math.Max(1, run.Options.Objects / 5), FarMilliseconds, cancellationToken);
        }

        if (Chosen(run, Alone))
        {
            await using var server = await ObjectStoreServer.StartAsync(run.NewDirectory(Name), cancellationToken);
            await MeasureAsync(run, server, Side.Ours, Alone, run.Options.Objects * 10, 0, cancellationToken);
        }
    }

    private static bool Chosen(BenchmarkRun run, string part) =>
        run.Options.Names.Count == 0 || run.Options.Names.Any(name => name == "teardown" || name == $"teardown/{part}");

    private async Task CompareAsync(BenchmarkRun run, string part, int objects, int milliseconds, CancellationToken cancellationToken)
    {
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            foreach (var side in round % 2 == 0 ? (Side[])[Side.Ours, Side.Peer] : [Side.Peer, Side.Ours])
            {
                var data = run.NewDirectory(Name);
                await using (var server = await ObjectStoreServer.StartAsync(data, cancellationToken))
                {
                    await MeasureAsync(run, server, side, part, objects, milliseconds, cancellationToken);
                }

                Directory.Delete(data, recursive: true);
            }
        }
    }

    private static async Task MeasureAsync(BenchmarkRun run, ObjectStoreServer server, Side side, string part, int objects, int milliseconds, CancellationToken cancellationToken)
    {
        const string Bucket = "teardown";
        run.Say($"teardown/{part}: filling a bucket with {objects:N0} objects");
        await server.FillAsync(Bucket, objects, cancellationToken);
        if (milliseconds > 0)
        {
            await server.DelayAsync(milliseconds, cancellationToken);
        }

        var before = server.Usage.CpuSeconds;
        var result = await RunWorkerAsync(side == Side.Ours ? TeardownWorker.Batched : TeardownWorker.OneByOne, server.Address, Bucket, cancellationToken);
        if (result.Objects != objects)
        {
            throw new InvalidAnswerException($"{result.Objects} of {objects} objects were deleted");
        }

        // The control: only an empty bucket can be removed.
        await server.RemoveAsync(Bucket, cancellationToken);
        var benchmark = $"teardown/{part}";
        run.Results.Add(side, benchmark, "deleted", "objects/s", Better.Higher, objects / result.Seconds);
        run.Results.Add(side, benchmark, "took", "s", Better.Lower, result.Seconds);
        run.Results.Add(side, benchmark, "processor", "s", Better.Lower, result.CpuSeconds);
        run.Results.Add(side, benchmark, "store's processor", "s", Better.Lower, server.Usage.CpuSeconds - before);
        run.Results.Add(side, benchmark, "memory peak", "MB", Better.Lower, result.PeakRssMegabytes);
        run.Say($"{benchmark}: {(side == Side.Ours ? "ours" : "one by one")}: {objects:N0} objects in {result.Seconds:0.00} s, {result.PeakRssMegabytes:0} MB");
    }

    private static Task<TeardownResult> RunWorkerAsync(string way, Uri address, string bucket, CancellationToken cancellationToken) =>
        WorkerProcess.RunAsync<TeardownResult>([TeardownWorker.Name, way, address.ToString(), bucket], cancellationToken);
}
