using TempoCos.Tempo.Ingester;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Ring;

/// <summary>An ingester of another process.</summary>
public sealed class RemoteIngester(Wire.Ingester.IngesterClient client, string name) : IIngester
{
    private static readonly TimeSpan PushDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan QueryDeadline = TimeSpan.FromSeconds(30);

    public string Name => name;

    public async Task<IReadOnlyList<Refusal>> PushAsync(TraceBatch batch, CancellationToken cancellationToken)
    {
        var request = new PushRequest { Tenant = batch.Tenant, Traces = { batch.Parts.Select(batch.Pushed) } };
        return (await client.PushAsync(request, deadline: DateTime.UtcNow + PushDeadline, cancellationToken: cancellationToken)).Refusals;
    }

    public Task<TraceByIdResponse> FindTraceAsync(TraceByIdRequest request, CancellationToken cancellationToken) =>
        client.FindTraceAsync(request, deadline: DateTime.UtcNow + QueryDeadline, cancellationToken: cancellationToken).ResponseAsync;

    public Task<SearchResponse> SearchAsync(SearchRequest request, CancellationToken cancellationToken) =>
        client.SearchAsync(request, deadline: DateTime.UtcNow + QueryDeadline, cancellationToken: cancellationToken).ResponseAsync;

    public Task<TagsResponse> SearchTagsAsync(TagsRequest request, CancellationToken cancellationToken) =>
        client.SearchTagsAsync(request, deadline: DateTime.UtcNow + QueryDeadline, cancellationToken: cancellationToken).ResponseAsync;

    public Task<TagValuesResponse> SearchTagValuesAsync(TagValuesRequest request, CancellationToken cancellationToken) =>
        client.SearchTagValuesAsync(request, deadline: DateTime.UtcNow + QueryDeadline, cancellationToken: cancellationToken).ResponseAsync;
}
