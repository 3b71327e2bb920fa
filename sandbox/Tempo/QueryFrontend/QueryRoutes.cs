namespace TempoCos.Tempo.QueryFrontend;

/// <summary>The query-frontend's HTTP API.</summary>
public static class QueryRoutes
{
    public static void MapQueries(this WebApplication app)
    {
        var traces = app.Services.GetRequiredService<TraceByIdEndpoint>();
        app.MapGet("/api/traces/{id}", traces.V1Async);
        app.MapGet("/api/v2/traces/{id}", traces.V2Async);
    }
}
