using System.Runtime.CompilerServices;
using TempoCos.Otlp;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>The ingester of this process. A trace is found by its id at once; searches see it once it is cut.</summary>
public sealed class LocalIngester(IngesterCore core) : IIngester
{
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
            await using var reader = await BlockReader.OpenAsync(core.Blocks.Store, block.Meta, cancellationToken);
            if (await reader.FindAsync(id, cancellationToken) is { } found)
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
        var matcher = new TraceMatcher(request, ColumnLayout.Default);
        var collector = new SearchCollector(request.Limit, request.MostRecent);
        await foreach (var record in ReadCutAsync(request.Tenant, cancellationToken))
        {
            var trace = new ReceivedTrace(record, ColumnLayout.Default);
            trace.NumberSpans();
            if (trace.Overlaps(request.Start, request.End) && matcher.Match(trace) is { } found)
            {
                collector.Add(found);
            }
        }

        return collector.ToResponse();
    }

    public async Task<TagsResponse> SearchTagsAsync(TagsRequest request, CancellationToken cancellationToken)
    {
        var names = new TagNames(request);
        await foreach (var record in ReadCutAsync(request.Tenant, cancellationToken))
        {
            names.Inspect(record);
        }

        return names.ToResponse();
    }

    public async Task<TagValuesResponse> SearchTagValuesAsync(TagValuesRequest request, CancellationToken cancellationToken)
    {
        var values = new TagValues(request);
        await foreach (var record in ReadCutAsync(request.Tenant, cancellationToken))
        {
            values.Inspect(record);
        }

        return values.ToResponse();
    }

    private async IAsyncEnumerable<TraceRecord> ReadCutAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (core.TryTenant(name) is not { } tenant)
        {
            yield break;
        }

        var (cut, blocks) = tenant.Searchable();
        foreach (var record in cut.SelectMany(traces => traces.ReadSorted()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }

        foreach (var block in blocks)
        {
            await using var reader = await BlockReader.OpenAsync(core.Blocks.Store, block.Meta, cancellationToken);
            await foreach (var record in reader.ReadAllAsync(cancellationToken))
            {
                yield return record;
            }
        }
    }
}
