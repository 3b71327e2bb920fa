using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>The query-frontend's HTTP API.</summary>
public static class QueryRoutes
{
    public static void MapQueries(this WebApplication app)
    {
        var traces = app.Services.GetRequiredService<TraceByIdEndpoint>();
        app.Map("/api/traces/{id}", traces.V1Async);
        app.Map("/api/v2/traces/{id}", traces.V2Async);
        var search = app.Services.GetRequiredService<SearchEndpoint>();
        app.Map("/api/search", search.HandleAsync);
        var tags = app.Services.GetRequiredService<TagsEndpoint>();
        app.Map("/api/search/tags", tags.NamesV1Async);
        app.Map("/api/v2/search/tags", tags.NamesV2Async);
        app.Map("/api/search/tag/{tag}/values", tags.ValuesV1Async);
        app.Map("/api/v2/search/tag/{tag}/values", tags.ValuesV2Async);
        var metrics = app.Services.GetRequiredService<MetricsEndpoint>();
        app.Map("/api/metrics/query_range", metrics.RangeAsync);
        app.Map("/api/metrics/query", metrics.InstantAsync);
        app.Map("/api/metrics/summary", context => context.WriteTextAsync(200, "{}", HttpText.Json));
    }
}
