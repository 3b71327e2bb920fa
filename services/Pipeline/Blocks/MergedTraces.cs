using System.Runtime.CompilerServices;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Checking;

namespace TempoCos.Pipeline.Blocks;

/// <summary>The traces of several blocks, ascending by id and each once. A block that fails is left out from there on, and reported.</summary>
internal sealed class MergedTraces(IBlockStore store, Action<StoredBlock, string> report)
{
    public async IAsyncEnumerable<TracesData> ReadAsync(IReadOnlyList<StoredBlock> blocks, [EnumeratorCancellation] CancellationToken ct)
    {
        var streams = new List<IAsyncEnumerator<TraceRecord>>();
        var heads = new PriorityQueue<int, (TraceId16 Id, int Order)>();
        try
        {
            foreach (var block in blocks)
            {
                streams.Add(OpenAsync(block, ct).GetAsyncEnumerator(ct));
                await AdvanceAsync(streams.Count - 1);
            }

            while (heads.TryPeek(out _, out var head))
            {
                var parts = new List<TracesData>();
                while (heads.TryPeek(out var stream, out var next) && next.Id == head.Id)
                {
                    heads.Dequeue();
                    parts.Add(streams[stream].Current.Trace);
                    await AdvanceAsync(stream);
                }

                yield return Merge(parts);
            }
        }
        finally
        {
            foreach (var stream in streams)
            {
                await stream.DisposeAsync();
            }
        }

        async Task AdvanceAsync(int stream)
        {
            try
            {
                if (await streams[stream].MoveNextAsync())
                {
                    heads.Enqueue(stream, (streams[stream].Current.Id, stream));
                }
            }
            catch (Exception e) when (e is BlockFormatException or ObjectNotFoundException or EndOfStreamException)
            {
                report(blocks[stream], (e as BlockFormatException)?.Reason ?? e.Message);
            }
        }
    }

    /// <summary>One trace of all parts; replicas that are alike stay as they are, repeated spans included.</summary>
    public static TracesData Merge(IReadOnlyList<TracesData> parts) => parts.All(p => p.Equals(parts[0])) ? parts[0] : TraceMerge.Combine(parts);

    private async IAsyncEnumerable<TraceRecord> OpenAsync(StoredBlock block, [EnumeratorCancellation] CancellationToken ct)
    {
        if (block.Meta is not { } meta)
        {
            throw new BlockFormatException(block.Name, string.Join("; ", block.Problems));
        }

        await using var reader = await BlockReader.OpenAsync(store, meta, ct);
        await foreach (var trace in reader.ReadAllAsync(ct))
        {
            yield return trace;
        }
    }
}
