using System.Runtime.CompilerServices;
using TempoCos.Otlp;

namespace TempoCos.TempoBlocks;

/// <summary>Combines blocks of one tenant into one.</summary>
public sealed class BlockCompactor(IBlockStore store, BlockWriterOptions options)
{
    /// <summary>
    /// A trace whose parts have more bytes than this (as OTLP messages) is not combined: the part of the first input stays, the others are left
    /// out. 0: no limit.
    /// </summary>
    public long MaxBytesPerTrace { get; init; }

    /// <summary>
    /// Merges the blocks by trace id into one block of the next level, then marks the inputs compacted. Memory does not depend
    /// on the blocks' sizes. Parts of one trace that are equal are kept once, others are combined (<see cref="TraceMerge"/>).
    /// </summary>
    /// <param name="inputs">At least one block; all of one tenant. The first one's dedicated columns and replication factor are taken over.</param>
    /// <param name="ct">Cancels; then the inputs stay live and the output is deleted.</param>
    /// <param name="tally">Counts what happened.</param>
    /// <exception cref="BlockFormatException">An input is damaged.</exception>
    /// <exception cref="ObjectNotFoundException">An input is not live any more, or an object of it is missing.</exception>
    public async Task<BlockMeta> CompactAsync(IReadOnlyList<BlockMeta> inputs, CancellationToken ct, CompactionTally? tally = null)
    {
        if (inputs.Count == 0 || inputs.Any(m => m.TenantId != inputs[0].TenantId))
        {
            throw new ArgumentException("Compaction takes at least one block, all of one tenant.", nameof(inputs));
        }

        var catalog = new BlockCatalog(store);
        foreach (var input in inputs)
        {
            if (await catalog.ReadMetaAsync(input.TenantId, input.BlockId, ct) is null)
            {
                throw new ObjectNotFoundException(BlockKeys.Meta(input.TenantId, input.BlockId));
            }
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
        var output = await writer.WriteAsync(inputs[0].TenantId, MergeAsync(inputs, tally ?? new CompactionTally(), ct), draft, ct);

        // The output is there: to stop now would leave every trace twice for no reason.
        foreach (var input in inputs)
        {
            await catalog.MarkCompactedAsync(input.TenantId, input.BlockId, CancellationToken.None);
        }

        return output;
    }

    private async IAsyncEnumerable<TraceRecord> MergeAsync(
        IReadOnlyList<BlockMeta> metas, CompactionTally tally, [EnumeratorCancellation] CancellationToken ct)
    {
        var inputs = new List<CompactionInput>();
        try
        {
            var heads = new PriorityQueue<CompactionInput, (TraceId16 Id, int Order)>();
            foreach (var meta in metas)
            {
                var input = await CompactionInput.OpenAsync(store, meta, ct);
                inputs.Add(input);
                await AdvanceAsync(input, inputs.Count);
            }

            var parts = new List<TraceRecord>();
            while (heads.TryPeek(out _, out var first))
            {
                parts.Clear();
                while (heads.TryPeek(out var input, out var head) && head.Id == first.Id)
                {
                    parts.Add(input.Current);
                    heads.Dequeue();
                    await AdvanceAsync(input, head.Order);
                }

                yield return parts.Count == 1 ? parts[0] : Merge(parts, tally);
            }

            async ValueTask AdvanceAsync(CompactionInput input, int order)
            {
                if (await input.AdvanceAsync())
                {
                    heads.Enqueue(input, (input.Current.Id, order));
                }
            }
        }
        finally
        {
            foreach (var input in inputs)
            {
                await input.DisposeAsync();
            }
        }
    }

    private TraceRecord Merge(List<TraceRecord> parts, CompactionTally tally)
    {
        // A trace that all its blocks have alike stays as it is, repeated spans included.
        if (parts.TrueForAll(p => p.Trace.Equals(parts[0].Trace)))
        {
            return parts[0];
        }

        if (MaxBytesPerTrace > 0 && parts.Sum(p => (long)p.Trace.CalculateSize()) > MaxBytesPerTrace)
        {
            tally.DiscardedSpans += parts.Skip(1).Sum(p => Spans(p.Trace));
            return parts[0];
        }

        var combined = TraceMerge.CombineSeveral(parts.ConvertAll(p => p.Trace), out var repeated);
        tally.CombinedTraces++;
        tally.RepeatedSpans += repeated;
        return new TraceRecord(parts[0].Id, combined)
        {
            Root = new TraceRoot(
                parts.Find(p => p.Root is { ServiceName.Length: > 0 })?.Root?.ServiceName ?? "",
                parts.Find(p => p.Root is { SpanName.Length: > 0 })?.Root?.SpanName ?? ""),
        };
    }

    private static int Spans(TracesData trace) => trace.ResourceSpans.Sum(r => r.ScopeSpans.Sum(s => s.Spans.Count));
}
