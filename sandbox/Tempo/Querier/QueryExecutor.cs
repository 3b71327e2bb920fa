using Grpc.Core;
using TempoCos.Otlp;
using TempoCos.Tempo.Ingester;
using TempoCos.Tempo.Metrics;
using TempoCos.Tempo.Ring;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Querier;

/// <summary>Carries out one job of the query-frontend, from the blocks or from all ingesters.</summary>
public sealed class QueryExecutor(BlockQuerier blocks, BlockMetrics metrics, IngesterPool ingesters)
{
    public async Task<QueryResult> RunAsync(QueryJob job, CancellationToken cancellationToken)
    {
        var result = new QueryResult { Id = job.Id };
        try
        {
            switch (job.RequestCase)
            {
                case QueryJob.RequestOneofCase.TraceById:
                    result.TraceById = job.Source == QuerySource.Blocks
                        ? await blocks.FindTraceAsync(job.TraceById, cancellationToken)
                        : await FindInIngestersAsync(job.TraceById, cancellationToken);
                    break;
                case QueryJob.RequestOneofCase.Search:
                    result.Search = job.Source == QuerySource.Blocks
                        ? await blocks.SearchAsync(job.Search, cancellationToken)
                        : await SearchIngestersAsync(job.Search, cancellationToken);
                    break;
                case QueryJob.RequestOneofCase.Tags:
                    result.Tags = job.Source == QuerySource.Blocks
                        ? await blocks.SearchTagsAsync(job.Tags, cancellationToken)
                        : await SearchTagsInIngestersAsync(job.Tags, cancellationToken);
                    break;
                case QueryJob.RequestOneofCase.TagValues:
                    result.TagValues = job.Source == QuerySource.Blocks
                        ? await blocks.SearchTagValuesAsync(job.TagValues, cancellationToken)
                        : await SearchTagValuesInIngestersAsync(job.TagValues, cancellationToken);
                    break;
                case QueryJob.RequestOneofCase.Metrics:
                    result.Metrics = await metrics.QueryAsync(job.Metrics, cancellationToken);
                    break;
                default:
                    result.Error = $"unknown job {job.RequestCase}";
                    break;
            }
        }
        catch (TraceQLException exception)
        {
            // The frontend has parsed the query: it is the data that it cannot be carried out on.
            result.Error = exception.Message + "\n";
        }
        catch (RpcException exception) when (!cancellationToken.IsCancellationRequested)
        {
            (result.Error, result.InvalidArgument) = (exception.Status.Detail, exception.StatusCode == StatusCode.InvalidArgument);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            result.Error = exception.Message;
        }

        return result;
    }

    /// <summary>The parts of one trace as one; without a part there is none.</summary>
    public static TraceByIdResponse Combined(IReadOnlyList<TracesData> parts, ulong inspectedBytes) => new()
    {
        Trace = parts switch { [] => null, [var only] => only, _ => TraceMerge.Combine(parts) },
        InspectedBytes = inspectedBytes,
    };

    private async Task<TraceByIdResponse> FindInIngestersAsync(TraceByIdRequest request, CancellationToken cancellationToken)
    {
        var answers = await AskAllAsync(ingester => ingester.FindTraceAsync(request, cancellationToken), cancellationToken);
        return Combined([.. answers.Select(answer => answer.Trace).OfType<TracesData>()], answers.Aggregate(0UL, (sum, answer) => sum + answer.InspectedBytes));
    }

    private async Task<SearchResponse> SearchIngestersAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        var collector = new SearchCollector(request.Limit, request.MostRecent);
        foreach (var answer in await AskAllAsync(ingester => ingester.SearchAsync(request, cancellationToken), cancellationToken))
        {
            collector.Add(answer);
        }

        return collector.ToResponse();
    }

    private async Task<TagsResponse> SearchTagsInIngestersAsync(TagsRequest request, CancellationToken cancellationToken)
    {
        var names = new TagNames(request);
        foreach (var answer in await AskAllAsync(ingester => ingester.SearchTagsAsync(request, cancellationToken), cancellationToken))
        {
            names.Add(answer);
        }

        return names.ToResponse();
    }

    private async Task<TagValuesResponse> SearchTagValuesInIngestersAsync(TagValuesRequest request, CancellationToken cancellationToken)
    {
        var values = new TagValues(request);
        if (values.AddWords())
        {
            return values.ToResponse();
        }

        foreach (var answer in await AskAllAsync(ingester => ingester.SearchTagValuesAsync(request, cancellationToken), cancellationToken))
        {
            values.Add(answer);
        }

        return values.ToResponse();
    }

    private async Task<T[]> AskAllAsync<T>(Func<IIngester, Task<T>> ask, CancellationToken cancellationToken) =>
        await Task.WhenAll((await ingesters.AllAsync(cancellationToken)).Select(ask));
}
