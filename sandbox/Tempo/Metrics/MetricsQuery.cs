using System.Runtime.CompilerServices;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.QueryFrontend;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Metrics;

/// <summary>
/// A metrics query as the query-frontend carries it out: checked, its times aligned, given to queriers, put together. The blocks of a plain installation
/// hold spans more than once and are left out: then there are no series.
/// </summary>
public sealed class MetricsQuery(JobQueue queue, QueryFrontendSettings settings, TempoMetrics metrics)
{
    /// <summary>The answer, as it becomes complete: the last one is whole.</summary>
    /// <exception cref="HttpFailureException">What is wrong with the request.</exception>
    public async IAsyncEnumerable<MetricsResponse> RunAsync(IReadOnlyList<string> tenants, MetricsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var limits = settings.Metrics;
        if (!request.Instant)
        {
            CheckSteps(request, limits);
            request.Exemplars = Exemplars(request, limits);
        }

        var query = Compile(request);
        if (request.End <= request.Start)
        {
            throw HttpFailureException.BadRequest("end must be greater than start");
        }

        if (limits.MaxDuration > TimeSpan.Zero && request.End - request.Start > (ulong)limits.MaxDuration.Ticks * 100)
        {
            throw HttpFailureException.BadRequest($"metrics query time range exceeds the maximum allowed duration of {GoDuration.Format(limits.MaxDuration.Ticks * 100)}");
        }

        var range = MetricsRange.Of(request).Aligned();
        (request.Start, request.End) = (range.Start, range.End);
        request.MaxSeries = limits.MaxResponseSeries > 0 && (request.MaxSeries == 0 || request.MaxSeries > limits.MaxResponseSeries) ? (uint)limits.MaxResponseSeries : request.MaxSeries;
        var combiner = new SeriesCombiner(query.Metrics!, query.Ranking, range, request.Exemplars);
        var jobs = tenants.Select(tenant => queue.RunAsync(new() { Source = QuerySource.Blocks, Metrics = new(request) { Tenant = tenant } }, cancellationToken)).ToList();
        await foreach (var job in Task.WhenEach(jobs).WithCancellation(cancellationToken))
        {
            combiner.Add((await job).Metrics);
            combiner.Metrics.CompletedJobs = Math.Max(1, combiner.Metrics.CompletedJobs);
            yield return combiner.ToResponse((int)request.MaxSeries);
        }

        metrics.FrontendQueries.Increment(string.Join('|', tenants), "metrics", "completed");
        metrics.FrontendBytesInspected.Add(combiner.Metrics.InspectedBytes, string.Join('|', tenants), "metrics");
    }

    private static void CheckSteps(MetricsRequest request, MetricsQuerySettings limits)
    {
        if (request.Start > request.End)
        {
            throw HttpFailureException.BadRequest("end must be greater than start");
        }

        var most = (ulong)limits.MaxIntervals;
        if (most > 0 && (request.Step == 0 || (request.End - request.Start) / request.Step > most))
        {
            throw HttpFailureException.BadRequest(
                $"step of {GoDuration.Format((long)request.Step)} is too small, minimum step for given range is {GoDuration.Format((long)((request.End - request.Start) / most))}");
        }
    }

    private static uint Exemplars(MetricsRequest request, MetricsQuerySettings limits)
    {
        Query query;
        try
        {
            query = Query.ParseOnly(request.Query);
        }
        catch (TraceQLException exception)
        {
            throw HttpFailureException.BadRequest(exception.Message);
        }

        var wanted = query.Hint("exemplars", StaticType.Int) is { } number ? Math.Max(0, number.Integer)
            : query.Hint("exemplars", StaticType.Boolean) is { IsTrue: false } ? 0
            : request.Exemplars == 0 ? limits.MaxExemplars
            : request.Exemplars;
        return (uint)Math.Min(wanted, limits.MaxExemplars);
    }

    private static Query Compile(MetricsRequest request)
    {
        try
        {
            var query = Query.Parse(request.Query);
            return query.IsMetrics ? query : throw HttpFailureException.BadRequest("not a metrics query");
        }
        catch (TraceQLException exception)
        {
            throw HttpFailureException.BadRequest($"compiling query: {exception.Message}");
        }
    }
}
