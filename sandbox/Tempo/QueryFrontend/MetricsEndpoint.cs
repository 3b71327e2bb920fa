using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.TraceQL;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>TraceQL metrics. They need blocks of a metrics-generator, which a plain TempoStack has not: valid queries have no series here either.</summary>
public sealed class MetricsEndpoint(Tenancy tenancy)
{
    private const long MaxIntervals = 10_000;

    public Task RangeAsync(HttpContext context)
    {
        tenancy.ForQuery(context.Request.Headers[Tenancy.Header]);
        var step = QueryParameters.Text(context, "step");
        if (step.Length > 0 && !GoDuration.TryParseNanos(step, out _) && !double.TryParse(step, out _))
        {
            throw HttpFailureException.BadRequest($"rpc error: code = Code(400) desc = cannot parse \"{step}\" to a valid duration");
        }

        Check(context, "");
        var (start, end) = Range(context);
        if (step.Length > 0 && end > start)
        {
            var nanos = GoDuration.TryParseNanos(step, out var parsed) ? parsed : (long)(double.Parse(step, System.Globalization.CultureInfo.InvariantCulture) * 1e9);
            var least = (long)((end - start) / MaxIntervals * 1e9);
            if (nanos < least)
            {
                throw HttpFailureException.BadRequest($"step of {GoDuration.Format(nanos)} is too small, minimum step for given range is {GoDuration.Format(least)}");
            }
        }

        return context.WriteTextAsync(200, """{"series":[],"metrics":{"completedJobs":1}}""", HttpText.Json);
    }

    public Task InstantAsync(HttpContext context)
    {
        tenancy.ForQuery(context.Request.Headers[Tenancy.Header]);
        Check(context, "compiling query: ");
        Range(context);
        return context.WriteTextAsync(200, """{"metrics":{"completedJobs":1}}""", HttpText.Json);
    }

    private static void Check(HttpContext context, string prefix)
    {
        var query = QueryParameters.Text(context, "q") is { Length: > 0 } q ? q : QueryParameters.Text(context, "query");
        Query parsed;
        try
        {
            parsed = Query.Parse(query);
        }
        catch (TraceQLException exception)
        {
            throw HttpFailureException.BadRequest(prefix + exception.Message);
        }

        if (!parsed.IsMetrics)
        {
            throw HttpFailureException.BadRequest("not a metrics query");
        }
    }

    private static (double Start, double End) Range(HttpContext context)
    {
        var (start, end) = (Time(context, "start"), Time(context, "end"));
        return start > 0 && end > 0 && end <= start ? throw HttpFailureException.BadRequest("end must be greater than start") : (start, end);
    }

    // More than ten digits are nanoseconds.
    private static double Time(HttpContext context, string name)
    {
        var text = QueryParameters.Text(context, name);
        if (text.Length == 0)
        {
            return 0;
        }

        if (double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number))
        {
            return number > 9_999_999_999 ? number / 1e9 : number;
        }

        return DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var time)
            ? time.ToUnixTimeMilliseconds() / 1000.0
            : throw HttpFailureException.BadRequest($"could not parse '{name}' parameter: cannot parse \"{text}\" to a valid timestamp");
    }
}
