using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Ingester;

/// <summary>What distributor and querier ask an ingester, in this process or another.</summary>
public interface IIngester
{
    string Name { get; }

    Task<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken);

    Task<TraceByIdResponse> FindTraceAsync(TraceByIdRequest request, CancellationToken cancellationToken);

    Task<SearchResponse> SearchAsync(SearchRequest request, CancellationToken cancellationToken);

    Task<TagsResponse> SearchTagsAsync(TagsRequest request, CancellationToken cancellationToken);

    Task<TagValuesResponse> SearchTagValuesAsync(TagValuesRequest request, CancellationToken cancellationToken);
}
