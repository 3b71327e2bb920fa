using System.Text.Json;
using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary><c>GET /api/traces/{id}</c> and <c>/api/v2/traces/{id}</c>.</summary>
public sealed class TraceByIdEndpoint(JobQueue queue, Tenancy tenancy, LimitSettings limits)
{
    public async Task V1Async(HttpContext context)
    {
        var (trace, _) = await FindAsync(context);
        if (trace is null)
        {
            context.Response.StatusCode = 404;
            return;
        }

        if (IsTooLarge(trace))
        {
            throw new HttpFailureException(422, "trace exceeds max size\n");
        }

        if (context.WantsProtobuf())
        {
            await context.WriteMessageAsync(trace);
            return;
        }

        // The short form exists for the second version only: here it is the usual JSON under its name.
        await context.WriteJsonAsync(context.Wants(HttpText.Llm) ? HttpText.Llm : HttpText.Json, json =>
        {
            json.WriteStartObject();
            TraceJson.WriteBatches(json, "batches"u8, trace.ResourceSpans);
            json.WriteEndObject();
        });
    }

    public async Task V2Async(HttpContext context)
    {
        var (found, bytes) = await FindAsync(context);
        var trace = found ?? new();
        var partial = IsTooLarge(trace);
        var message = partial ? $"Trace exceeds maximum size of {limits.MaxBytesPerTrace} bytes, a partial trace is returned" : "";
        if (context.WantsProtobuf())
        {
            await context.WriteMessageAsync(new TraceByIdAnswer
            {
                Trace = trace,
                Metrics = new() { InspectedBytes = bytes },
                Status = partial ? TraceStatus.Partial : TraceStatus.Complete,
                Message = message,
            });
        }
        else if (context.Wants(HttpText.Llm))
        {
            await context.WriteJsonAsync(HttpText.Llm + "+json", json => CompactTraceJson.Write(json, trace, bytes));
        }
        else
        {
            await context.WriteJsonAsync(HttpText.Json, json => Write(json, trace, bytes, message));
        }
    }

    private static void Write(Utf8JsonWriter json, TracesData trace, ulong bytes, string partial)
    {
        json.WriteStartObject();
        json.WriteStartObject("trace"u8);
        TraceJson.WriteBatches(json, "resourceSpans"u8, trace.ResourceSpans);
        json.WriteEndObject();
        json.WriteStartObject("metrics"u8);
        if (bytes > 0)
        {
            TraceJson.WriteQuoted(json, "inspectedBytes"u8, bytes);
        }

        json.WriteEndObject();
        if (partial.Length > 0)
        {
            json.WriteString("status"u8, "PARTIAL"u8);
            json.WriteString("message"u8, partial);
        }

        json.WriteEndObject();
    }

    private async Task<(TracesData? Trace, ulong InspectedBytes)> FindAsync(HttpContext context)
    {
        var tenants = tenancy.ForQuery(context.Request.Headers[Tenancy.Header]);
        var (request, sources) = TraceByIdParameters.Parse(context);
        var jobs = from tenant in tenants
                   from source in sources
                   let copy = new TraceByIdRequest(request) { Tenant = tenant }
                   select queue.RunAsync(new() { Source = source, TraceById = copy }, context.RequestAborted);
        var answers = (await Task.WhenAll(jobs)).Select(result => result.TraceById).ToList();
        var parts = answers.Select(answer => answer.Trace).OfType<TracesData>().ToList();
        var trace = parts.Count switch { 0 => null, 1 => parts[0], _ => TraceMerge.Combine(parts) };
        return (trace is null ? null : SharedSpanIds.Resolved(trace), answers.Aggregate(0UL, (sum, answer) => sum + answer.InspectedBytes));
    }

    private bool IsTooLarge(TracesData trace) => limits.MaxBytesPerTrace > 0 && trace.CalculateSize() > limits.MaxBytesPerTrace;
}
