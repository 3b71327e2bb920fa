using System.Runtime.CompilerServices;

namespace TempoCos.TempoBlocks;

/// <summary>Combines blocks of one tenant into one.</summary>
public sealed class BlockCompactor(IBlockStore store, BlockWriterOptions options)
{
    /// <summary>
    /// Merges the blocks by trace id into one block of the next level, then marks the inputs compacted. Memory does not depend
    /// on the blocks' sizes.
    /// </summary>
    /// <param name="inputs">At least one block; all of one tenant. The first one's dedicated columns and replication factor are taken over.</param>
    /// <param name="ct">Cancels; then the inputs stay live and the output is deleted.</param>
    /// <exception cref="BlockFormatException">An input is damaged.</exception>
    public async Task<BlockMeta> CompactAsync(IReadOnlyList<BlockMeta> inputs, CancellationToken ct)
    {
        if (inputs.Count == 0 || inputs.Any(m => m.TenantId != inputs[0].TenantId))
        {
            throw new ArgumentException("Compaction takes at least one block, all of one tenant.", nameof(inputs));
        }

        var draft = new BlockDraft
        {
            StartTime = inputs.Min(m => m.StartTime),
            EndTime = inputs.Max(m => m.EndTime),
            CompactionLevel = inputs.Max(m => m.CompactionLevel) + 1,
            ReplicationFactor = inputs[0].ReplicationFactor,
            ExpectedTraces = inputs.Sum(m => m.TotalObjects),
        };
        var writer = new BlockWriter(store, options with { DedicatedColumns = inputs[0].DedicatedColumns });
        var output = await writer.WriteAsync(inputs[0].TenantId, MergeAsync(inputs, ct), draft, ct);
        var catalog = new BlockCatalog(store);
        foreach (var input in inputs)
        {
            await catalog.MarkCompactedAsync(input.TenantId, input.BlockId, ct);
        }

        return output;
    }

    private async IAsyncEnumerable<TraceRecord> MergeAsync(IReadOnlyList<BlockMeta> inputs, [EnumeratorCancellation] CancellationToken ct)
    {
        var streams = new List<IAsyncEnumerator<TraceRecord>>();
        try
        {
            var heads = new PriorityQueue<IAsyncEnumerator<TraceRecord>, (TraceId16 Id, int Order)>();
            foreach (var input in inputs)
            {
                await using var reader = await BlockReader.OpenAsync(store, input, ct);
                var stream = reader.ReadAllAsync(ct).GetAsyncEnumerator(ct);
                streams.Add(stream);
                await AdvanceAsync(stream, streams.Count);
            }

            while (heads.Count > 0)
            {
                var parts = new List<TraceRecord>();
                while (heads.TryPeek(out var stream, out var head) && (parts.Count == 0 || head.Id == parts[0].Id))
                {
                    parts.Add(stream.Current);
                    heads.Dequeue();
                    await AdvanceAsync(stream, head.Order);
                }

                yield return Merge(parts);
            }

            async Task AdvanceAsync(IAsyncEnumerator<TraceRecord> stream, int order)
            {
                if (await stream.MoveNextAsync())
                {
                    heads.Enqueue(stream, (stream.Current.Id, order));
                }
            }
        }
        finally
        {
            foreach (var stream in streams)
            {
                await stream.DisposeAsync();
            }
        }
    }

    // A trace that all its blocks have alike stays as it is, repeated spans included.
    private static TraceRecord Merge(List<TraceRecord> parts) => parts.TrueForAll(p => p.Trace.Equals(parts[0].Trace))
        ? parts[0]
        : new TraceRecord(parts[0].Id, TraceMerge.Combine(parts.Select(p => p.Trace)));
}
