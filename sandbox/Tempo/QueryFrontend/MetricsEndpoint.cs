using TempoCos.Tempo.Http;
using TempoCos.Tempo.Metrics;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary><c>/api/metrics/query_range</c> and <c>/api/metrics/query</c>.</summary>
public sealed class MetricsEndpoint(MetricsQuery query, Tenancy tenancy, TimeProvider time)
{
    public async Task RangeAsync(HttpContext context)
    {
        var answer = await AnswerAsync(context, MetricsParameters.Range);
        await context.WriteJsonAsync(HttpText.Json, json => MetricsJson.Write(json, answer));
    }

    public async Task InstantAsync(HttpContext context)
    {
        var answer = ToInstant(await AnswerAsync(context, MetricsParameters.Instant));
        await context.WriteJsonAsync(HttpText.Json, json => MetricsJson.Write(json, answer));
    }

    /// <summary>Each series by its one point.</summary>
    public static InstantResponse ToInstant(MetricsResponse response) => new()
    {
        Metrics = response.Metrics,
        Status = response.Status,
        Message = response.Message,
        Series =
        {
            response.Series.Where(series => series.Samples.Count > 0).Select(series => new InstantSeries { Labels = { series.Labels }, Value = series.Samples[0].Value }),
        },
    };

    private async Task<MetricsResponse> AnswerAsync(HttpContext context, Func<HttpContext, DateTimeOffset, MetricsRequest> parse)
    {
        var tenants = tenancy.ForQuery(context.Request.Headers[Tenancy.Header]);
        return await query.RunAsync(tenants, parse(context, time.GetUtcNow()), context.RequestAborted).LastAsync(context.RequestAborted);
    }
}
