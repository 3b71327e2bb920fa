using System.Globalization;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.QueryFrontend;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Metrics;

/// <summary>The HTTP parameters of metrics queries.</summary>
public static class MetricsParameters
{
    private const ulong Hour = 3_600_000_000_000;

    public static MetricsRequest Range(HttpContext context, DateTimeOffset now)
    {
        var request = Instant(context, now);
        var step = QueryParameters.Text(context, "step");
        request.Step = step.Length == 0 ? MetricsRange.DefaultStep(request.Start, request.End) : Step(step);
        request.Instant = false;
        request.Exemplars = Number(context, "exemplars");
        request.MaxSeries = Number(context, "maxSeries");
        return request;
    }

    public static MetricsRequest Instant(HttpContext context, DateTimeOffset now)
    {
        var nanos = (ulong)now.ToUnixTimeMilliseconds() * 1_000_000;
        var end = Time(QueryParameters.Text(context, "end"), nanos);
        var since = QueryParameters.Text(context, "since");
        var back = since.Length > 0 && GoDuration.TryParseNanos(since, out var parsed) ? (ulong)Math.Max(0, parsed) : Hour;
        var start = Time(QueryParameters.Text(context, "start"), Math.Min(end, nanos) - back);
        return new()
        {
            Query = QueryParameters.Text(context, "q") is { Length: > 0 } query ? query : QueryParameters.Text(context, "query"),
            Start = start,
            End = end,
            Step = end > start ? end - start : 0,
            Instant = true,
        };
    }

    private static uint Number(HttpContext context, string name) =>
        uint.TryParse(QueryParameters.Text(context, name), CultureInfo.InvariantCulture, out var value) ? value : 0;

    private static ulong Step(string text)
    {
        if (double.TryParse(text, CultureInfo.InvariantCulture, out var seconds))
        {
            return Math.Abs(seconds * 1e9) <= long.MaxValue ? (ulong)(long)(seconds * 1e9) : throw Invalid($"cannot parse \"{text}\" to a valid duration. It overflows int64");
        }

        return GoDuration.TryParseNanos(text, out var nanos) ? (ulong)nanos : throw Invalid($"cannot parse \"{text}\" to a valid duration");
    }

    private static HttpFailureException Invalid(string text) => HttpFailureException.BadRequest($"rpc error: code = Code(400) desc = {text}");

    // Seconds; nanoseconds when there are more than ten digits; or a date. What is none of these counts as not given.
    private static ulong Time(string text, ulong fallback)
    {
        if (long.TryParse(text, CultureInfo.InvariantCulture, out var whole))
        {
            return (ulong)(text.Length <= 10 ? whole * 1_000_000_000 : whole);
        }

        if (text.Contains('.', StringComparison.Ordinal) && double.TryParse(text, CultureInfo.InvariantCulture, out var seconds))
        {
            return (ulong)(Math.Round(seconds * 1000) * 1_000_000);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100
            : fallback;
    }
}
