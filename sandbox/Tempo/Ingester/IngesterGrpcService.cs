using Grpc.Core;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Ingester;

/// <summary>The ingester for other processes.</summary>
public sealed class IngesterGrpcService(LocalIngester ingester) : Wire.Ingester.IngesterBase
{
    public override Task<PushResponse> Push(PushRequest request, ServerCallContext context) => ingester.PushAsync(request, context.CancellationToken);

    public override Task<TraceByIdResponse> FindTrace(TraceByIdRequest request, ServerCallContext context) => ingester.FindTraceAsync(request, context.CancellationToken);

    public override Task<SearchResponse> Search(SearchRequest request, ServerCallContext context) => GuardAsync(ingester.SearchAsync(request, context.CancellationToken));

    public override Task<TagsResponse> SearchTags(TagsRequest request, ServerCallContext context) => GuardAsync(ingester.SearchTagsAsync(request, context.CancellationToken));

    public override Task<TagValuesResponse> SearchTagValues(TagValuesRequest request, ServerCallContext context) =>
        GuardAsync(ingester.SearchTagValuesAsync(request, context.CancellationToken));

    private static async Task<T> GuardAsync<T>(Task<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (TraceQLException exception)
        {
            throw new RpcException(new Status(StatusCode.Internal, exception.Message + "\n"));
        }
    }
}
