using TempoCos.Tempo.Querier;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.TraceQL.Scanning;
using TempoCos.Tempo.TraceQL.Stages;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;
using TempoCos.TempoBlocks.Scanning;

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
        var cost = new ScanCost();
        foreach (var meta in blocks)
        {
            await ObserveAsync(query, metric, meta, request, cost, cancellationToken);
            if (request.MaxSeries > 0 && metric.Count >= request.MaxSeries)
            {
                break;
            }
        }

        response.Metrics.InspectedSpans = metric.Spans;
        response.Metrics.InspectedBytes = (ulong)cost.Bytes;
        response.Series.Add(metric.Result());
        return response;
    }

    private async Task ObserveAsync(Query query, SpanMetric metric, BlockMeta meta, MetricsRequest request, ScanCost cost, CancellationToken cancellationToken)
    {
        var evaluator = new TraceEvaluator(query, ColumnLayout.Of(meta));
        if (evaluator.FindsNothing)
        {
            return;
        }

        try
        {
            var traces = new BlockTraces(await readers.OpenAsync(meta, cancellationToken), request.Start, request.End, cost);
            await foreach (var trace in traces.ReadAsync(evaluator, cancellationToken))
            {
                metric.Observe(trace.Id, evaluator.Evaluate(trace).SelectMany(spanset => spanset.Spans).Select(Completed));
            }
        }
        catch (ObjectNotFoundException)
        {
            // Deleted after compaction since the last poll: the block that replaced it is there at the next one.
        }

        FetchedSpan Completed(FetchedSpan span)
        {
            evaluator.Complete(span);
            return span;
        }
    }

    private List<BlockMeta> Overlapping(MetricsRequest request) =>
        [.. blocklist.Tenant(request.Tenant).Live
            .Where(meta => meta is { ReplicationFactor: SingleCopy, Size: > 0, TotalRecords: > 0 }
                && Nanos(meta.StartTime) <= request.End && Nanos(meta.EndTime.AddSeconds(1)) >= request.Start)
            .OrderByDescending(meta => meta.EndTime)];

    private static ulong Nanos(DateTimeOffset time) => (ulong)time.ToUnixTimeSeconds() * 1_000_000_000;
}
