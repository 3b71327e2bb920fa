using System.Text.Json;
using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary><c>GET /api/traces/{id}</c> and <c>/api/v2/traces/{id}</c>.</summary>
public sealed class TraceByIdEndpoint(JobQueue queue, Tenancy tenancy, LimitSettings limits)
{
    public Task V1Async(HttpContext context) => AnswerAsync(context, v2: false);

    public Task V2Async(HttpContext context) => AnswerAsync(context, v2: true);

    private async Task AnswerAsync(HttpContext context, bool v2)
    {
        var tenants = tenancy.ForQuery(context.Request.Headers[Tenancy.Header]);
        var request = Parse(context);
        var sources = QueryParameters.Text(context, "mode") switch
        {
            "" or "all" => new[] { QuerySource.Ingesters, QuerySource.Blocks },
            "blocks" => [QuerySource.Blocks],
            "ingesters" => [QuerySource.Ingesters],
            "external" => throw new HttpFailureException(500, "external mode is not enabled"),
            var mode => throw HttpFailureException.BadRequest($"invalid value for mode {mode}"),
        };

        var jobs = from tenant in tenants
                   from source in sources
                   let copy = new TraceByIdRequest(request) { Tenant = tenant }
                   select queue.RunAsync(new() { Source = source, TraceById = copy }, context.RequestAborted);
        var answers = (await Task.WhenAll(jobs)).Select(result => result.TraceById).ToList();
        var parts = answers.Where(answer => !answer.Trace.IsEmpty).Select(answer => TracesData.Parser.ParseFrom(answer.Trace)).ToList();
        var trace = parts.Count switch { 0 => null, 1 => parts[0], _ => TraceMerge.Combine(parts) };
        var bytes = answers.Aggregate(0UL, (sum, answer) => sum + answer.InspectedBytes);
        if (trace is not null)
        {
            SharedSpanIds.Resolve(trace);
        }

        if (v2)
        {
            await WriteV2Async(context, trace, bytes);
        }
        else
        {
            await WriteV1Async(context, trace);
        }
    }

    private static TraceByIdRequest Parse(HttpContext context)
    {
        var text = (string?)context.Request.RouteValues["id"] ?? "";
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiHexDigit(text[i]))
            {
                throw HttpFailureException.BadRequest($"trace IDs can only contain hex characters: invalid character '{text[i]}' at position {i + 1}");
            }
        }

        if (!TraceId16.TryParse(text, out var id))
        {
            throw HttpFailureException.BadRequest("trace IDs can't be larger than 128 bits");
        }

        var start = QueryParameters.Seconds(context, "start");
        var end = QueryParameters.Seconds(context, "end");
        if (start != 0 && end != 0)
        {
            QueryParameters.CheckRange(start, end);
        }

        return new()
        {
            TraceId = ByteString.CopyFrom(id.ToByteArray()),
            Start = start,
            End = end,
            BlockStart = Block(context, "blockStart"),
            BlockEnd = Block(context, "blockEnd"),
        };
    }

    private static string Block(HttpContext context, string name)
    {
        var text = QueryParameters.Text(context, name);
        return text.Length == 0 ? ""
            : Guid.TryParse(text, out var block) ? block.ToString("d")
            : throw HttpFailureException.BadRequest($"invalid value for {name.ToLowerInvariant()}: {(text.Length == 36 ? "invalid UUID format" : $"invalid UUID length: {text.Length}")}");
    }

    private async Task WriteV1Async(HttpContext context, TracesData? trace)
    {
        if (trace is null)
        {
            context.Response.StatusCode = 404;
            return;
        }

        if (IsTooLarge(trace))
        {
            throw new HttpFailureException(422, $"trace exceeds max size (max bytes: {limits.MaxBytesPerTrace})");
        }

        if (context.WantsProtobuf())
        {
            await context.WriteMessageAsync(trace);
            return;
        }

        await WriteJsonAsync(context, json =>
        {
            json.WriteStartObject();
            TraceJson.WriteBatches(json, "batches", trace.ResourceSpans);
            json.WriteEndObject();
        });
    }

    private async Task WriteV2Async(HttpContext context, TracesData? trace, ulong bytes)
    {
        var partial = trace is not null && IsTooLarge(trace);
        var message = partial ? $"Trace exceeds maximum size of {limits.MaxBytesPerTrace} bytes, a partial trace is returned" : "";
        if (context.WantsProtobuf())
        {
            await context.WriteMessageAsync(new TraceByIdAnswer
            {
                Trace = trace ?? new(),
                Metrics = new() { InspectedBytes = bytes },
                Status = partial ? TraceStatus.Partial : TraceStatus.Complete,
                Message = message,
            });
            return;
        }

        await WriteJsonAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("trace");
            TraceJson.WriteBatches(json, "resourceSpans", trace?.ResourceSpans ?? []);
            json.WriteEndObject();
            json.WriteStartObject("metrics");
            if (bytes > 0)
            {
                json.WriteString("inspectedBytes", $"{bytes}");
            }

            json.WriteEndObject();
            if (partial)
            {
                json.WriteString("status", "PARTIAL");
                json.WriteString("message", message);
            }

            json.WriteEndObject();
        });
    }

    private bool IsTooLarge(TracesData trace) => limits.MaxBytesPerTrace > 0 && trace.CalculateSize() > limits.MaxBytesPerTrace;

    private static Task WriteJsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, TraceJson.WriterOptions))
        {
            write(json);
        }

        return context.WriteBytesAsync(HttpText.Json, body.GetBuffer().AsMemory(0, (int)body.Length));
    }
}
