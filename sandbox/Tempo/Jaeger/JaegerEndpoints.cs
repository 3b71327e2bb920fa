using System.Text.Json;
using TempoCos.Tempo.Http;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Jaeger;

/// <summary>Services, operations, traces and dependencies in Jaeger's envelope.</summary>
public sealed class JaegerEndpoints(TempoClient tempo, TimeProvider time)
{
    private const int FetchesAtOnce = 8;
    private static readonly TimeSpan ServicesWindow = TimeSpan.FromHours(72);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ready", context => context.WriteTextAsync(200, "ready\n"));
        routes.MapGet("/api/services", ServicesAsync);
        routes.MapGet("/api/services/{service}/operations", OperationNamesAsync);
        routes.MapGet("/api/operations", OperationsAsync);
        routes.MapGet("/api/traces", SearchAsync);
        routes.MapGet("/api/traces/{id}", TraceAsync);
        routes.MapGet("/api/dependencies", context => AnswerAsync(context, 200, 0, json => WriteEmpty(json), []));
    }

    /// <summary>Failures in the envelope too.</summary>
    public static async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (HttpFailureException failure) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, failure.Status, 0, json => json.WriteNullValue(), [(failure.Status, failure.Message, null)]);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await AnswerAsync(context, 500, 0, json => json.WriteNullValue(), [(500, $"tempo cannot be reached: {exception.Message}", null)]);
        }
    }

    private async Task ServicesAsync(HttpContext context)
    {
        var (start, end) = Window();
        var services = await tempo.TagValuesAsync(context, "service.name", start, end);
        await AnswerAsync(context, 200, services.Count, json => WriteStrings(json, services), []);
    }

    private async Task OperationNamesAsync(HttpContext context)
    {
        var names = await NamesAsync(context);
        await AnswerAsync(context, 200, names.Count, json => WriteStrings(json, names), []);
    }

    private async Task OperationsAsync(HttpContext context)
    {
        if (string.IsNullOrEmpty(context.Request.Query["service"]))
        {
            throw HttpFailureException.BadRequest("parameter 'service' is required");
        }

        var names = await NamesAsync(context);
        await AnswerAsync(
            context,
            200,
            names.Count,
            json =>
            {
                json.WriteStartArray();
                foreach (var name in names)
                {
                    json.WriteStartObject();
                    json.WriteString("name", name);
                    json.WriteString("spanKind", "");
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            },
            []);
    }

    private async Task SearchAsync(HttpContext context)
    {
        var ids = context.Request.Query["traceID"].OfType<string>().ToList();
        if (ids.Count > 0)
        {
            ids.ForEach(CheckId);
        }
        else
        {
            ids = [.. await tempo.SearchAsync(context, JaegerQuery.Parse(context, time.GetUtcNow()).ToQueryString())];
        }

        using var slots = new SemaphoreSlim(FetchesAtOnce);
        var traces = await Task.WhenAll(ids.Select(async id =>
        {
            await slots.WaitAsync(context.RequestAborted);
            try
            {
                return (Id: id, Trace: await tempo.FindTraceAsync(context, id));
            }
            finally
            {
                slots.Release();
            }
        }));
        var missing = traces.Where(found => found.Trace is null).Select(found => (404, "trace not found", (string?)found.Id)).ToList();
        await AnswerAsync(
            context,
            200,
            0,
            json =>
            {
                json.WriteStartArray();
                foreach (var (_, trace) in traces)
                {
                    if (trace is not null)
                    {
                        JaegerTraceJson.Write(json, trace);
                    }
                }

                json.WriteEndArray();
            },
            missing);
    }

    private async Task TraceAsync(HttpContext context)
    {
        var id = (string?)context.Request.RouteValues["id"] ?? "";
        CheckId(id);
        var trace = await tempo.FindTraceAsync(context, id) ?? throw new HttpFailureException(404, "trace not found");
        await AnswerAsync(
            context,
            200,
            0,
            json =>
            {
                json.WriteStartArray();
                JaegerTraceJson.Write(json, trace);
                json.WriteEndArray();
            },
            []);
    }

    private async Task<IReadOnlyList<string>> NamesAsync(HttpContext context)
    {
        var (start, end) = Window();
        return await tempo.TagValuesAsync(context, "name", start, end);
    }

    private (long Start, long End) Window()
    {
        var now = time.GetUtcNow();
        return ((now - ServicesWindow).ToUnixTimeSeconds(), now.ToUnixTimeSeconds() + 1);
    }

    private static void CheckId(string id)
    {
        if (!TraceId16.TryParse(id, out _))
        {
            throw HttpFailureException.BadRequest($"cannot parse traceID '{id}': 1 to 32 hexadecimal digits are expected");
        }
    }

    private static void WriteStrings(Utf8JsonWriter json, IEnumerable<string> values)
    {
        json.WriteStartArray();
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteEmpty(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        json.WriteEndArray();
    }

    private static async Task AnswerAsync(HttpContext context, int status, int total, Action<Utf8JsonWriter> data, List<(int Code, string Message, string? TraceId)> errors)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, TraceJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            data(json);
            json.WriteNumber("total", total);
            json.WriteNumber("limit", 0);
            json.WriteNumber("offset", 0);
            if (errors.Count == 0)
            {
                json.WriteNull("errors");
            }
            else
            {
                json.WriteStartArray("errors");
                foreach (var (code, message, traceId) in errors)
                {
                    json.WriteStartObject();
                    json.WriteNumber("code", code);
                    json.WriteString("msg", message);
                    if (traceId is not null)
                    {
                        json.WriteString("traceID", traceId);
                    }

                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        context.Response.StatusCode = status;
        await context.WriteBytesAsync(HttpText.Json, body.GetBuffer().AsMemory(0, (int)body.Length));
    }
}
