using Grpc.Core;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Metrics;
using TempoCos.Tempo.Wire;
using TempoCos.Tempo.Wire.Streaming;
using SearchRequest = TempoCos.Tempo.Wire.Streaming.SearchRequest;

namespace TempoCos.Tempo.QueryFrontend.Streaming;

/// <summary>The query-frontend's API over gRPC: answers in parts, as they are found.</summary>
public sealed class StreamingQuerierService(SearchEndpoint search, TagsEndpoint tags, MetricsQuery metrics, Tenancy tenancy, TimeProvider time) : StreamingQuerier.StreamingQuerierBase
{
    public override Task Search(SearchRequest request, IServerStreamWriter<SearchResponse> responseStream, ServerCallContext context) => GuardAsync(async () =>
    {
        var question = new StreamedQuestion(context)
            .With("start", request.Start).With("end", request.End).With("limit", request.Limit).With("spss", request.SpansPerSpanSet)
            .With("minDuration", request.MinDurationMs, "ms").With("maxDuration", request.MaxDurationMs, "ms").With("q", request.Query)
            .With("tags", string.Join(' ', request.Tags.Select(tag => $"{tag.Key}=\"{tag.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"")));
        var diff = new SearchDiff();
        await foreach (var answer in search.AnswerAsync(question.ToContext()))
        {
            await responseStream.WriteAsync(diff.Next(answer), context.CancellationToken);
        }
    });

    public override Task SearchTags(SearchTagsRequest request, IServerStreamWriter<TagNamesAnswer> responseStream, ServerCallContext context) =>
        GuardAsync(async () => await responseStream.WriteAsync(await tags.FindNamesAsync(Names(request, context)), context.CancellationToken));

    public override Task SearchTagsV2(SearchTagsRequest request, IServerStreamWriter<ScopedTagsAnswer> responseStream, ServerCallContext context) =>
        GuardAsync(async () => await responseStream.WriteAsync(await tags.FindScopedNamesAsync(Names(request, context)), context.CancellationToken));

    public override Task SearchTagValues(SearchTagValuesRequest request, IServerStreamWriter<TagTextsAnswer> responseStream, ServerCallContext context) =>
        GuardAsync(async () => await responseStream.WriteAsync(await tags.FindTextsAsync(Values(request, context)), context.CancellationToken));

    public override Task SearchTagValuesV2(SearchTagValuesRequest request, IServerStreamWriter<TagValuesAnswer> responseStream, ServerCallContext context) =>
        GuardAsync(async () => await responseStream.WriteAsync(await tags.FindValuesAsync(Values(request, context)), context.CancellationToken));

    public override Task MetricsQueryRange(QueryRangeRequest request, IServerStreamWriter<MetricsResponse> responseStream, ServerCallContext context) => GuardAsync(async () =>
    {
        var question = new StreamedQuestion(context).With("q", request.Query).With("start", request.Start).With("end", request.End).With("step", request.Step, "ns")
            .With("exemplars", request.Exemplars).With("maxSeries", request.MaxSeries);
        await foreach (var answer in RunAsync(question.ToContext(), MetricsParameters.Range))
        {
            await responseStream.WriteAsync(answer, context.CancellationToken);
        }
    });

    public override Task MetricsQueryInstant(QueryInstantRequest request, IServerStreamWriter<InstantResponse> responseStream, ServerCallContext context) => GuardAsync(async () =>
    {
        var question = new StreamedQuestion(context).With("q", request.Query).With("start", request.Start).With("end", request.End);
        await foreach (var answer in RunAsync(question.ToContext(), MetricsParameters.Instant))
        {
            await responseStream.WriteAsync(MetricsEndpoint.ToInstant(answer), context.CancellationToken);
        }
    });

    private static HttpContext Names(SearchTagsRequest request, ServerCallContext context) => new StreamedQuestion(context)
        .With("scope", request.Scope).With("q", request.Query).With("start", request.Start).With("end", request.End).With("limit", request.MaxTagsPerScope).ToContext();

    private static HttpContext Values(SearchTagValuesRequest request, ServerCallContext context) => new StreamedQuestion(context)
        .With("q", request.Query).With("start", request.Start).With("end", request.End).With("limit", request.MaxTagValues).ToContext(request.TagName);

    private static async Task GuardAsync(Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (HttpFailureException failure)
        {
            throw StreamedQuestion.Failure(failure);
        }
    }

    private IAsyncEnumerable<MetricsResponse> RunAsync(HttpContext context, Func<HttpContext, DateTimeOffset, MetricsRequest> parse) =>
        metrics.RunAsync(tenancy.ForQuery(context.Request.Headers[Tenancy.Header]), parse(context, time.GetUtcNow()), context.RequestAborted);
}
