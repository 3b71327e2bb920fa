using TempoCos.Benchmarks.Library;
using TempoCos.Benchmarks.Load;
using TempoCos.Benchmarks.Results;
using TempoCos.Benchmarks.Servers;
using TempoCos.TempoBlocks;

namespace TempoCos.Benchmarks.Cases;

/// <summary>The block library by itself. It has no peer: its figures compare one state of this repository with another.</summary>
internal sealed class LibraryBenchmark : IBenchmark
{
    public string Name => "library";

    public string Summary => "BlockWriter, BlockReader and BlockCompactor by themselves, each in a process of its own (no peer); library/write, read, find, scan, compact";

    public async Task RunAsync(BenchmarkRun run, CancellationToken cancellationToken)
    {
        var directory = run.NewDirectory(Name);
        run.Say($"library: writing {run.Options.Spans:N0} spans as a source");
        TraceFile.Write(LibraryWorker.SourceIn(directory), run.Workload, run.Options.Traces);
        var input = Chosen(run, "compact") ? await CompactionInput.WriteAsync(run, run.NewDirectory("library-input"), cancellationToken) : null;
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            DeleteBlocks(directory);
            await RecordAsync(run, "write", directory, cancellationToken);
            if (Chosen(run, "read"))
            {
                await RecordAsync(run, "read", directory, cancellationToken);
            }

            foreach (var work in (string[])["find", .. LibraryScans.All.Keys])
            {
                if (Chosen(run, work))
                {
                    await RecordAsync(run, work, directory, cancellationToken);
                }
            }

            if (input is not null)
            {
                var data = run.NewDirectory("library-compaction");
                BlockStage.Copy(input.Folder, Path.Combine(data, BlockKeys.SingleTenant));
                await RecordAsync(run, "compact", data, cancellationToken);
                Directory.Delete(data, recursive: true);
            }
        }
    }

    private static bool Chosen(BenchmarkRun run, string work) =>
        run.Options.Names.Count == 0 || run.Options.Names.Any(name => name == "library" || (name.StartsWith("library/", StringComparison.Ordinal) && work.StartsWith(name["library/".Length..], StringComparison.Ordinal)));

    private static void DeleteBlocks(string directory)
    {
        foreach (var folder in Directory.EnumerateDirectories(directory))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RecordAsync(BenchmarkRun run, string work, string directory, CancellationToken cancellationToken)
    {
        var result = await RunWorkerAsync(work, directory, cancellationToken);
        var benchmark = $"library/{work}";
        if (result.Milliseconds.Count > 0)
        {
            run.Results.AddLatencies(Side.Ours, benchmark, "", result.Milliseconds, 50, 99);
        }
        else
        {
            run.Results.Add(Side.Ours, benchmark, "speed", "spans/s", Better.Higher, result.Spans / result.Seconds);
            run.Results.Add(Side.Ours, benchmark, "processor", "s/million", Better.Lower, result.CpuSeconds / result.Spans * 1e6);
        }

        if (LibraryScans.All.ContainsKey(work))
        {
            run.Results.Add(Side.Ours, benchmark, "inspected", "MB", Better.Lower, result.Bytes / 1e6);
        }

        if (work is "write" or "compact")
        {
            run.Results.Add(Side.Ours, benchmark, "size", "B/span", Better.Lower, result.Bytes / (double)result.Spans);
        }

        run.Results.Add(Side.Ours, benchmark, "memory peak", "MB", Better.Lower, result.PeakRssMegabytes);
        run.Say($"{benchmark}: {result.Seconds:0.00} s");
    }

    private static Task<WorkerResult> RunWorkerAsync(string work, string directory, CancellationToken cancellationToken) =>
        WorkerProcess.RunAsync<WorkerResult>([LibraryWorker.Name, work, directory], cancellationToken);
}
