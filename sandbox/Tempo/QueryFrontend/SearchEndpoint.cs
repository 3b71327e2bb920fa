using System.Globalization;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary><c>/api/search</c>: by TraceQL or by tags.</summary>
public sealed class SearchEndpoint(JobQueue queue, Tenancy tenancy, QueryFrontendSettings settings, TempoMetrics metrics, TimeProvider time)
{
    private const string NoRoot = "<root span not yet received>";

    public async Task HandleAsync(HttpContext context)
    {
        var response = await AnswerAsync(context).LastAsync(context.RequestAborted);
        if (context.WantsProtobuf())
        {
            await context.WriteMessageAsync(response);
        }
        else
        {
            await context.WriteJsonAsync(HttpText.Json, json => SearchJson.Write(json, response));
        }
    }

    /// <summary>The answer, as it becomes complete: the last one is whole.</summary>
    /// <exception cref="HttpFailureException">What is wrong with the request.</exception>
    public async IAsyncEnumerable<SearchResponse> AnswerAsync(HttpContext context)
    {
        var tenants = tenancy.ForQuery(context.Request.Headers[Tenancy.Header]);
        var request = Parse(context);
        Check(request);
        var sources = QuerySources.Split(settings, request.Start, request.End, time.GetUtcNow());
        var jobs = from tenant in tenants
                   from part in sources.Parts
                   let copy = new SearchRequest(request) { Tenant = tenant, Start = part.Start, End = part.End }
                   select queue.RunAsync(new() { Source = part.Source, Search = copy }, context.RequestAborted);
        var collector = new SearchCollector(request.Limit, request.MostRecent);
        collector.Metrics.TotalJobs = (uint)(sources.Parts.Count * tenants.Count);
        await foreach (var job in Task.WhenEach(jobs))
        {
            collector.Add((await job).Search);
            collector.Metrics.CompletedJobs++;
            if (collector.Metrics.CompletedJobs < collector.Metrics.TotalJobs)
            {
                yield return Named(collector.ToResponse());
            }
        }

        metrics.FrontendQueries.Increment(string.Join('|', tenants), "search", "completed");
        metrics.FrontendBytesInspected.Add(collector.Metrics.InspectedBytes, string.Join('|', tenants), "search");
        yield return Named(collector.ToResponse());
    }

    private static void Check(SearchRequest request)
    {
        try
        {
            if (request.Query.Length > 0)
            {
                request.MostRecent = Query.Parse(request.Query).MostRecent;
            }
        }
        catch (TraceQLException exception)
        {
            throw HttpFailureException.BadRequest($"invalid TraceQL query: {exception.Message}");
        }
    }

    private static SearchResponse Named(SearchResponse response)
    {
        // What is named here may still get its root from another job.
        var named = response.Clone();
        foreach (var trace in named.Traces.Where(trace => trace.RootServiceName.Length == 0))
        {
            trace.RootServiceName = NoRoot;
        }

        return named;
    }

    private SearchRequest Parse(HttpContext context)
    {
        var request = new SearchRequest
        {
            Start = QueryParameters.Seconds(context, "start"),
            End = QueryParameters.Seconds(context, "end"),
            Query = QueryParameters.Text(context, "q"),
            MinDurationNanos = Duration(context, "minDuration", out var hasMin),
            MaxDurationNanos = Duration(context, "maxDuration", out var hasMax),
            Limit = (uint)settings.DefaultResultLimit,
            SpansPerSpanSet = (uint)settings.DefaultSpansPerSpanSet,
        };
        if (request.Query.Length > 0 && context.Request.Query.ContainsKey("tags"))
        {
            throw HttpFailureException.BadRequest("invalid request: can't specify tags and q in the same query");
        }

        if (hasMax && hasMin && request.MaxDurationNanos < request.MinDurationNanos)
        {
            throw HttpFailureException.BadRequest("invalid maxDuration: must be greater than minDuration");
        }

        ReadTags(context, request);
        ReadLimits(context, request);
        ReadRange(context, request);
        return request;
    }

    private static void ReadTags(HttpContext context, SearchRequest request)
    {
        foreach (var (key, value) in LogFmt.Parse(QueryParameters.Text(context, "tags")))
        {
            if (!request.Tags.TryAdd(key, value))
            {
                throw HttpFailureException.BadRequest($"invalid tags: tag {key} has been set twice");
            }
        }
    }

    private void ReadLimits(HttpContext context, SearchRequest request)
    {
        if (QueryParameters.Number(context, "limit") is { } limit)
        {
            request.Limit = limit <= 0 ? throw HttpFailureException.BadRequest("invalid limit: must be a positive number")
                : limit > settings.MaxResultLimit && settings.MaxResultLimit > 0 ? throw HttpFailureException.BadRequest($"limit {limit} exceeds max limit {settings.MaxResultLimit}")
                : (uint)limit;
        }

        if (QueryParameters.Number(context, "spss") is { } spans)
        {
            request.SpansPerSpanSet = spans < 0 ? throw HttpFailureException.BadRequest("invalid spss: must be a non-negative number")
                : settings.MaxSpansPerSpanSet > 0 && spans > settings.MaxSpansPerSpanSet ? throw HttpFailureException.BadRequest($"spans per span set exceeds {settings.MaxSpansPerSpanSet}. received {spans}")
                : (uint)spans;
        }
    }

    private void ReadRange(HttpContext context, SearchRequest request)
    {
        var now = time.GetUtcNow();
        var since = QueryParameters.Text(context, "since");
        if (request is { Start: 0, End: 0 })
        {
            var span = settings.QueryBackendAfter;
            if (since.Length > 0 && !GoDuration.TryParse(since, out span))
            {
                throw HttpFailureException.BadRequest($"error parsing date range: could not parse 'since' parameter: not a valid duration string: \"{since}\"");
            }

            request.Start = (uint)(now - span).ToUnixTimeSeconds();
            request.End = (uint)now.ToUnixTimeSeconds();
            return;
        }

        if (request.Start == 0)
        {
            throw HttpFailureException.BadRequest("error parsing date range: only one of start and end provided: must provide both or neither");
        }

        QueryParameters.CheckRange(request.Start, request.End);
        if (settings.MaxDuration > TimeSpan.Zero && request.End - request.Start > settings.MaxDuration.TotalSeconds)
        {
            var most = GoDuration.Format((long)settings.MaxDuration.TotalSeconds * 1_000_000_000);
            throw HttpFailureException.BadRequest($"range specified by start and end exceeds {most}. received start={request.Start} end={request.End}");
        }
    }

    private static ulong Duration(HttpContext context, string name, out bool present)
    {
        var text = QueryParameters.Text(context, name);
        present = text.Length > 0;
        return !present ? 0
            : GoDuration.TryParseNanos(text, out var nanos) && nanos >= 0 ? (ulong)nanos
            : throw HttpFailureException.BadRequest(string.Create(CultureInfo.InvariantCulture, $"invalid {name}: time: invalid duration \"{text}\""));
    }
}
