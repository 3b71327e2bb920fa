using Grpc.Core;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Ingester;

/// <summary>The ingester for other processes.</summary>
public sealed class IngesterGrpcService(LocalIngester ingester) : Wire.Ingester.IngesterBase
{
    public override async Task<PushResponse> Push(PushRequest request, ServerCallContext context)
    {
        using var batch = new TraceBatch(request.Tenant);
        foreach (var trace in request.Traces)
        {
            batch.Add(TraceId16.FromBytes(trace.TraceId.Span), trace.Start, trace.End, 0, trace.Trace.Span);
        }

        return new() { Refusals = { await ingester.PushAsync(batch, context.CancellationToken) } };
    }

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
