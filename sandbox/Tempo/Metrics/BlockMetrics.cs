using TempoCos.Tempo.Querier;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Metrics;

/// <summary>Metrics over the backend's blocks that hold each span once; those of ingesters hold copies and would count them.</summary>
public sealed class BlockMetrics(BlockReaders readers, Blocklist blocklist)
{
    private const int SingleCopy = 1;

    public async Task<MetricsResponse> QueryAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        var query = Query.Parse(request.Query);
        var blocks = Overlapping(request);
        var response = new MetricsResponse
        {
            Metrics = new() { TotalBlocks = (uint)blocks.Count, TotalBlockBytes = (ulong)blocks.Sum(meta => meta.Size), TotalJobs = (uint)blocks.Count, CompletedJobs = (uint)blocks.Count },
        };
        if (blocks.Count == 0 || query.FindsNothing)
        {
            return response;
        }

        if (query.Metrics!.Function == MetricsFunction.Compare)
        {
            throw new TraceQLException("compare() over blocks is not supported");
        }

        var metric = new SpanMetric(query.Metrics, MetricsRange.Of(request), request.Exemplars);
        foreach (var meta in blocks)
        {
            await ObserveAsync(query, metric, meta, request, cancellationToken);
            if (request.MaxSeries > 0 && metric.Count >= request.MaxSeries)
            {
                break;
            }
        }

        response.Metrics.InspectedSpans = metric.Spans;
        response.Series.Add(metric.Result());
        return response;
    }

    private async Task ObserveAsync(Query query, SpanMetric metric, BlockMeta meta, MetricsRequest request, CancellationToken cancellationToken)
    {
        var layout = ColumnLayout.Of(meta);
        var selection = new SpanSelection(query, layout);
        var reader = await readers.OpenAsync(meta, cancellationToken);
        await foreach (var record in reader.ReadAllAsync(cancellationToken))
        {
            var trace = new ReceivedTrace(record, layout);
            if (trace.End >= request.Start && trace.Start <= request.End)
            {
                trace.NumberSpans();
                metric.Observe(trace.Id, selection.Of(trace));
            }
        }
    }

    private List<BlockMeta> Overlapping(MetricsRequest request) =>
        [.. blocklist.Tenant(request.Tenant).Live
            .Where(meta => meta is { ReplicationFactor: SingleCopy, Size: > 0, TotalRecords: > 0 }
                && Nanos(meta.StartTime) <= request.End && Nanos(meta.EndTime.AddSeconds(1)) >= request.Start)
            .OrderByDescending(meta => meta.EndTime)];

    private static ulong Nanos(DateTimeOffset time) => (ulong)time.ToUnixTimeSeconds() * 1_000_000_000;
}
