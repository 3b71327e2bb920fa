using System.Runtime.CompilerServices;
using TempoCos.Otlp;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.TraceQL.Scanning;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Scanning;

namespace TempoCos.Tempo.Ingester;

/// <summary>The ingester of this process. A trace is found by its id at once; searches see it once it is cut.</summary>
public sealed class LocalIngester(IngesterCore core) : IIngester
{
    private const ulong Second = 1_000_000_000;

    public string Name => "local";

    public Task<IReadOnlyList<Refusal>> PushAsync(TraceBatch batch, CancellationToken cancellationToken) => Task.FromResult(core.Push(batch));

    public async Task<TraceByIdResponse> FindTraceAsync(TraceByIdRequest request, CancellationToken cancellationToken)
    {
        var response = new TraceByIdResponse();
        if (core.TryTenant(request.Tenant) is not { } tenant)
        {
            return response;
        }

        var id = TraceId16.FromBytes(request.TraceId.Span);
        // Blocks are looked at last: what moves on meanwhile is then found twice rather than not at all.
        var parts = new List<TracesData>(tenant.FindLive(id));
        foreach (var cut in tenant.Searchable().Cut)
        {
            parts.AddRange(cut.Find(id));
        }

        foreach (var block in tenant.Searchable().Blocks)
        {
            if (await TryOpenAsync(block, cancellationToken) is { } reader && await reader.FindAsync(id, cancellationToken) is { } found)
            {
                parts.Add(found);
            }
        }

        if (parts.Count > 0)
        {
            response.Trace = parts.Count == 1 ? parts[0] : TraceMerge.Combine(parts);
        }

        return response;
    }

    public async Task<SearchResponse> SearchAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        var collector = new SearchCollector(request.Limit, request.MostRecent);
        // Even when there is nothing to search, a query that cannot be carried out is said to be one.
        var matcher = new TraceMatcher(request, ColumnLayout.Default);
        if (core.TryTenant(request.Tenant) is { } tenant && matcher.Evaluator is not { FindsNothing: true })
        {
            var (cut, blocks) = tenant.Searchable();
            var more = true;
            for (var i = 0; more && i < cut.Count; i++)
            {
                more = await SearchAsync(cut[i], request, matcher, collector, cancellationToken);
            }

            for (var i = 0; more && i < blocks.Count; i++)
            {
                more = await SearchAsync(blocks[i], request, collector, cancellationToken);
            }
        }

        return collector.ToResponse();
    }

    public async Task<TagsResponse> SearchTagsAsync(TagsRequest request, CancellationToken cancellationToken)
    {
        var names = new TagNames(request);
        if (names.Filter.FindsNothing || core.TryTenant(request.Tenant) is not { } tenant)
        {
            return names.ToResponse();
        }

        var (cut, blocks) = tenant.Searchable();
        await foreach (var span in FindAsync(cut, names.Filter, request.Start, request.End, cancellationToken))
        {
            names.Add((ReceivedSpan)span, ColumnLayout.Default);
        }

        foreach (var block in blocks)
        {
            if (await TryOpenAsync(block, cancellationToken) is { } reader)
            {
                await new BlockTagNames(reader, new()).CollectAsync(names, ColumnLayout.Of(block.Meta), cancellationToken);
            }
        }

        return names.ToResponse();
    }

    public async Task<TagValuesResponse> SearchTagValuesAsync(TagValuesRequest request, CancellationToken cancellationToken)
    {
        var values = new TagValues(request);
        if (values.IsComplete || core.TryTenant(request.Tenant) is not { } tenant)
        {
            return values.ToResponse();
        }

        var (cut, blocks) = tenant.Searchable();
        var (targets, stored) = (new FetchTargets(), new StoredValues());
        await foreach (var span in FindAsync(cut, values.Filter, request.Start, request.End, cancellationToken))
        {
            values.Add(span, targets, stored);
        }

        foreach (var block in blocks)
        {
            if (await TryOpenAsync(block, cancellationToken) is { } reader)
            {
                await new BlockTagValues(reader, new()).CollectAsync(values, ColumnLayout.Of(block.Meta), cancellationToken);
            }
        }

        return values.ToResponse();
    }

    // The spans that tag listings look at.
    private static async IAsyncEnumerable<ISpanSource> FindAsync(
        IReadOnlyList<CutTraces> cut, SpanFilter filter, uint start, uint end, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var evaluator = filter.Query is { } query ? new TraceEvaluator(query, ColumnLayout.Default) : null;
        foreach (var traces in cut)
        {
            await foreach (var record in traces.ReadSortedAsync(cancellationToken))
            {
                var trace = new ReceivedTrace(record, ColumnLayout.Default);
                if (!trace.Overlaps(start, end))
                {
                    continue;
                }

                trace.NumberSpans();
                foreach (var span in evaluator is null ? trace.Spans : evaluator.Evaluate(trace).SelectMany(spanset => spanset.Spans).Select(span => span.Source))
                {
                    yield return span;
                }
            }
        }
    }

    // False when no more traces are wanted.
    private static async Task<bool> SearchAsync(CutTraces cut, SearchRequest request, TraceMatcher matcher, SearchCollector collector, CancellationToken cancellationToken)
    {
        await foreach (var record in cut.ReadSortedAsync(cancellationToken))
        {
            var trace = new ReceivedTrace(record, ColumnLayout.Default);
            if (trace.Overlaps(request.Start, request.End))
            {
                trace.NumberSpans();
                if (matcher.Match(trace) is { } found && !collector.Add(found))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private async Task<bool> SearchAsync(CompletedBlock block, SearchRequest request, SearchCollector collector, CancellationToken cancellationToken)
    {
        if (await TryOpenAsync(block, cancellationToken) is not { } reader)
        {
            return true;
        }

        var matcher = new TraceMatcher(request, ColumnLayout.Of(block.Meta));
        var cost = new ScanCost();
        var traces = new BlockTraces(reader, request.Start * Second, request.End * Second, cost);
        await foreach (var trace in matcher.Evaluator is { } evaluator ? traces.ReadAsync(evaluator, cancellationToken) : traces.ReadAsync(matcher.Tags!, cancellationToken))
        {
            if (matcher.Match(trace) is { } found && !collector.Add(found))
            {
                return false;
            }
        }

        return true;
    }

    // Null when the block was forgotten meanwhile: then the backend has it.
    private async Task<BlockReader?> TryOpenAsync(CompletedBlock block, CancellationToken cancellationToken)
    {
        try
        {
            return await block.OpenAsync(core.Blocks.Store).WaitAsync(cancellationToken);
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
    }
}
