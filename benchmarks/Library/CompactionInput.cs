using TempoCos.TempoBlocks;

namespace TempoCos.Benchmarks.Library;

/// <summary>Four blocks with the workload spread over them; every tenth trace is in two of them.</summary>
internal sealed record CompactionInput(string Folder, int Traces, IReadOnlyList<BlockMeta> Metas)
{
    private const int Blocks = 4;
    private const int SharedEach = 10;

    public static async Task<CompactionInput> WriteAsync(BenchmarkRun run, string directory, CancellationToken cancellationToken)
    {
        var traces = run.Options.Traces;
        var order = Enumerable.Range(0, traces).OrderBy(trace => run.Workload.Id(trace)).ToArray();
        var writer = new BlockWriter(new LocalBlockStore(directory), new BlockWriterOptions { TemporaryDirectory = directory });
        var metas = new List<BlockMeta>();
        for (var block = 0; block < Blocks; block++)
        {
            var mine = order.Where(trace => trace % Blocks == block || (trace % SharedEach == 0 && (trace + 1) % Blocks == block));
            metas.Add(await writer.WriteAsync(
                BlockKeys.SingleTenant, mine.Select(trace => new TraceRecord(run.Workload.Id(trace), run.Workload.Trace(trace))), null, cancellationToken));
        }

        return new CompactionInput(Path.Combine(directory, BlockKeys.SingleTenant), traces, metas);
    }
}
