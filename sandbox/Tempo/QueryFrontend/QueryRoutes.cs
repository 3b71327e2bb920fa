using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>The query-frontend's HTTP API.</summary>
public static class QueryRoutes
{
    public static void MapQueries(this WebApplication app)
    {
        var traces = app.Services.GetRequiredService<TraceByIdEndpoint>();
        app.MapGet("/api/traces/{id}", traces.V1Async);
        app.MapGet("/api/v2/traces/{id}", traces.V2Async);
        var search = app.Services.GetRequiredService<SearchEndpoint>();
        app.MapMethods("/api/search", ["GET", "POST"], search.HandleAsync);
        var tags = app.Services.GetRequiredService<TagsEndpoint>();
        app.MapGet("/api/search/tags", tags.NamesV1Async);
        app.MapGet("/api/v2/search/tags", tags.NamesV2Async);
        app.MapGet("/api/search/tag/{tag}/values", tags.ValuesV1Async);
        app.MapGet("/api/v2/search/tag/{tag}/values", tags.ValuesV2Async);
        var metrics = app.Services.GetRequiredService<MetricsEndpoint>();
        app.MapGet("/api/metrics/query_range", metrics.RangeAsync);
        app.MapGet("/api/metrics/query", metrics.InstantAsync);
        app.MapGet("/api/metrics/summary", context => context.WriteTextAsync(200, "{}", HttpText.Json));
    }
}
