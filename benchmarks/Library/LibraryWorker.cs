using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using TempoCos.Benchmarks.Load;
using TempoCos.Benchmarks.Servers;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Benchmarks.Library;

/// <summary>One piece of work with the block library in a process of its own, so that its memory is its own.</summary>
internal static class LibraryWorker
{
    public const string Name = "library-worker";
    private const int WarmUpTraces = 2_000;
    private const int Lookups = 500;
    private const int Scans = 20;

    public static Command CreateCommand()
    {
        var work = new Argument<string>("work");
        var directory = new Argument<string>("directory");
        var command = new Command(Name, "Used by the benchmark 'library'.") { work, directory };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var result = await RunAsync(parsed.GetRequiredValue(work), parsed.GetRequiredValue(directory), cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(result));
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The source of <c>write</c>; <c>read</c>, <c>find</c>, <c>compact</c> and the scans work on the blocks in the directory.</summary>
    public static string SourceIn(string directory) => Path.Combine(directory, "traces.bin");

    private static async Task<WorkerResult> RunAsync(string work, string directory, CancellationToken cancellationToken)
    {
        var store = new LocalBlockStore(directory);
        var options = new BlockWriterOptions { TemporaryDirectory = directory };
        var metas = BlockStage.MetasIn(directory);
        var milliseconds = new List<double>();
        if (work == "write")
        {
            var warm = Path.Combine(directory, "warm");
            await new BlockWriter(new LocalBlockStore(warm), options).WriteAsync(
                BlockKeys.SingleTenant, TraceFile.Read(SourceIn(directory), WarmUpTraces), null, cancellationToken);
            Directory.Delete(warm, recursive: true);
        }

        using var process = Process.GetCurrentProcess();
        var before = ProcessUsage.Of(process);
        var clock = Stopwatch.StartNew();
        var (spans, bytes) = work switch
        {
            "write" => await WriteAsync(store, options, directory, cancellationToken),
            "read" => await ReadAsync(store, metas[0], cancellationToken),
            "find" => await FindAsync(store, metas[0], milliseconds, cancellationToken),
            _ when LibraryScans.All.TryGetValue(work, out var scan) => await ScanAsync(store, metas[0], scan, milliseconds, cancellationToken),
            "compact" => await CompactAsync(store, options, metas, cancellationToken),
            _ => throw new ArgumentException($"'{work}' is no work", nameof(work)),
        };
        var seconds = clock.Elapsed.TotalSeconds;
        var after = ProcessUsage.Of(process);
        return new WorkerResult(seconds, after.CpuSeconds - before.CpuSeconds, after.PeakRssMegabytes, spans, bytes, milliseconds);
    }

    private static async Task<(long Spans, long Bytes)> WriteAsync(LocalBlockStore store, BlockWriterOptions options, string directory, CancellationToken cancellationToken)
    {
        var meta = await new BlockWriter(store, options).WriteAsync(BlockKeys.SingleTenant, TraceFile.Read(SourceIn(directory)), null, cancellationToken);
        return (meta.TotalObjects * Workload.SpansPerTrace, meta.Size);
    }

    private static async Task<(long Spans, long Bytes)> ReadAsync(LocalBlockStore store, BlockMeta meta, CancellationToken cancellationToken)
    {
        await using var reader = await BlockReader.OpenAsync(store, meta, cancellationToken);
        long spans = 0;
        await foreach (var trace in reader.ReadAllAsync(cancellationToken))
        {
            spans += trace.Trace.ResourceSpans.Sum(resource => resource.ScopeSpans.Sum(scope => scope.Spans.Count));
        }

        return (spans, meta.Size);
    }

    private static async Task<(long Spans, long Bytes)> FindAsync(LocalBlockStore store, BlockMeta meta, List<double> milliseconds, CancellationToken cancellationToken)
    {
        await using var reader = await BlockReader.OpenAsync(store, meta, cancellationToken);
        var ids = new List<TraceId16>();
        await foreach (var trace in reader.ReadTraceSummariesAsync(cancellationToken))
        {
            ids.Add(trace.Id);
        }

        var random = new Sequence(11);
        long spans = 0;
        for (var i = 0; i < 2 * Lookups; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var found = await reader.FindAsync(ids[(int)random.Below((ulong)ids.Count)], cancellationToken)
                ?? throw new InvalidAnswerException("a trace of the block was not found in it");
            spans += found.ResourceSpans.Count;
            // The first half is for the compiler.
            if (i >= Lookups)
            {
                milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return (spans, meta.Size);
    }

    private static async Task<(long Spans, long Bytes)> ScanAsync(
        LocalBlockStore store, BlockMeta meta, ScanRequest request, List<double> milliseconds, CancellationToken cancellationToken)
    {
        await using var reader = await BlockReader.OpenAsync(store, meta, cancellationToken);
        var (cost, spans) = (new ScanCost(), 0L);
        for (var i = 0; i < 2 * Scans; i++)
        {
            cost = new ScanCost();
            spans = 0;
            var started = Stopwatch.GetTimestamp();
            await foreach (var trace in reader.ScanAsync(request, cost, cancellationToken))
            {
                spans += trace.Spans.Count;
            }

            // The first half is for the compiler.
            if (i >= Scans)
            {
                milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return (spans, cost.Bytes);
    }

    private static async Task<(long Spans, long Bytes)> CompactAsync(
        LocalBlockStore store, BlockWriterOptions options, IReadOnlyList<BlockMeta> metas, CancellationToken cancellationToken)
    {
        var output = await new BlockCompactor(store, options).CompactAsync(metas, cancellationToken);
        return (output.TotalObjects * Workload.SpansPerTrace, output.Size);
    }
}
