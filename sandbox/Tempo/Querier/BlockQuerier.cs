using System.Collections.Concurrent;
using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.TraceQL.Scanning;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Tempo.Querier;

/// <summary>Answers from the backend's blocks alone.</summary>
public sealed class BlockQuerier(BlockReaders readers, Blocklist blocklist, StorageSettings settings, TimeProvider time)
{
    private const int BlocksAtOnce = 8;

    public async Task<TraceByIdResponse> FindTraceAsync(TraceByIdRequest request, CancellationToken cancellationToken)
    {
        var id = TraceId16.FromBytes(request.TraceId.Span);
        var parts = new ConcurrentBag<TracesData>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = BlocksAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Candidates(request), options, async (meta, token) =>
        {
            try
            {
                var reader = await readers.OpenAsync(meta, token);
                if (await reader.FindAsync(id, token) is { } part)
                {
                    parts.Add(part);
                }
            }
            catch (ObjectNotFoundException)
            {
                // Deleted after compaction since the last poll: the block that replaced it has the trace.
            }
        });

        return QueryExecutor.Combined([.. parts], 0);
    }

    public async Task<SearchResponse> SearchAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        var collector = new SearchCollector(request.Limit, request.MostRecent);
        var blocks = Overlapping(request.Tenant, request.Start, request.End);
        var cost = new ScanCost();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = BlocksAtOnce, CancellationToken = enough.Token };
        try
        {
            await Parallel.ForEachAsync(blocks, options, async (meta, token) =>
            {
                if (!await SearchAsync(meta, request, collector, cost, token))
                {
                    await enough.CancelAsync();
                }
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // There are as many traces as were wanted.
        }

        collector.Metrics.InspectedBytes = (ulong)cost.Bytes;
        collector.Metrics.InspectedTraces = (uint)cost.Traces;
        collector.Metrics.InspectedSpans = (ulong)cost.Spans;
        collector.Metrics.TotalBlocks = (uint)blocks.Count;
        collector.Metrics.TotalBlockBytes = (ulong)blocks.Sum(meta => meta.Size);
        return collector.ToResponse();
    }

    // False when no more traces are wanted.
    private async Task<bool> SearchAsync(BlockMeta meta, SearchRequest request, SearchCollector collector, ScanCost cost, CancellationToken cancellationToken)
    {
        var matcher = new TraceMatcher(request, ColumnLayout.Of(meta));
        if (matcher.Evaluator is { FindsNothing: true })
        {
            return true;
        }

        try
        {
            var traces = new BlockTraces(await readers.OpenAsync(meta, cancellationToken), request.Start * 1_000_000_000UL, request.End * 1_000_000_000UL, cost);
            await foreach (var trace in matcher.Evaluator is { } evaluator ? traces.ReadAsync(evaluator, cancellationToken) : traces.ReadAsync(matcher.Tags!, cancellationToken))
            {
                if (matcher.Match(trace) is { } found && !collector.Add(found))
                {
                    return false;
                }
            }
        }
        catch (ObjectNotFoundException)
        {
            // Deleted after compaction since the last poll: the block that replaced it is there at the next one.
        }

        return true;
    }

    public async Task<TagsResponse> SearchTagsAsync(TagsRequest request, CancellationToken cancellationToken)
    {
        var names = new TagNames(request);
        var cost = new ScanCost();
        foreach (var meta in names.Filter.FindsNothing ? [] : Overlapping(request.Tenant, request.Start, request.End))
        {
            await new BlockTagNames(await readers.OpenAsync(meta, cancellationToken), cost).CollectAsync(names, ColumnLayout.Of(meta), cancellationToken);
        }

        names.InspectedBytes += (ulong)cost.Bytes;
        return names.ToResponse();
    }

    public async Task<TagValuesResponse> SearchTagValuesAsync(TagValuesRequest request, CancellationToken cancellationToken)
    {
        var values = new TagValues(request);
        var cost = new ScanCost();
        foreach (var meta in values.IsComplete ? [] : Overlapping(request.Tenant, request.Start, request.End))
        {
            await new BlockTagValues(await readers.OpenAsync(meta, cancellationToken), cost).CollectAsync(values, ColumnLayout.Of(meta), cancellationToken);
        }

        values.InspectedBytes += (ulong)cost.Bytes;
        return values.ToResponse();
    }

    // Blocks without size or row groups hold nothing for a search, as Tempo sees it.
    private List<BlockMeta> Overlapping(string tenant, uint start, uint end) =>
        [.. blocklist.Tenant(tenant).Live
            .Where(meta => meta is { ReplicationFactor: 0, Size: > 0, TotalRecords: > 0 }
                && meta.StartTime.ToUnixTimeSeconds() <= end && meta.EndTime.ToUnixTimeSeconds() >= start)
            .OrderByDescending(meta => meta.EndTime)];

    private IEnumerable<BlockMeta> Candidates(TraceByIdRequest request)
    {
        var blocks = blocklist.Tenant(request.Tenant);
        var since = time.GetUtcNow() - (settings.BlocklistPoll * 2);
        var first = Guid.TryParse(request.BlockStart, out var start) ? start.ToString("d") : "";
        var last = Guid.TryParse(request.BlockEnd, out var end) ? end.ToString("d") : "~";
        return blocks.Live.Concat(blocks.Compacted.Where(block => block.CompactedTime > since).Select(block => block.Meta))
            .Where(meta => meta.ReplicationFactor == ReplicationFactor(meta, request.Rf1After)
                && string.CompareOrdinal(meta.BlockId.ToString("d"), first) >= 0
                && string.CompareOrdinal(meta.BlockId.ToString("d"), last) <= 0
                && (request.Start == 0 || request.End == 0 || (meta.StartTime.ToUnixTimeSeconds() < request.End && meta.EndTime.ToUnixTimeSeconds() > request.Start)));
    }

    // Before a moment that the client names blocks hold each span several times over, after it once.
    private static int ReplicationFactor(BlockMeta meta, long rf1After) => rf1After != 0 && meta.StartTime.ToUnixTimeSeconds() > rf1After ? 1 : 0;
}
