using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Ingester;

/// <summary>What distributor and querier ask an ingester, in this process or another.</summary>
public interface IIngester
{
    string Name { get; }

    /// <summary>
    /// When it returns, what was taken survives the process. One entry a part of the batch, in its order, when any was refused, else
    /// none. The batch stays its caller's, but parts may have been taken out.
    /// </summary>
    Task<IReadOnlyList<Refusal>> PushAsync(TraceBatch batch, CancellationToken cancellationToken);

    Task<TraceByIdResponse> FindTraceAsync(TraceByIdRequest request, CancellationToken cancellationToken);

    Task<SearchResponse> SearchAsync(SearchRequest request, CancellationToken cancellationToken);

    Task<TagsResponse> SearchTagsAsync(TagsRequest request, CancellationToken cancellationToken);

    Task<TagValuesResponse> SearchTagValuesAsync(TagValuesRequest request, CancellationToken cancellationToken);
}
