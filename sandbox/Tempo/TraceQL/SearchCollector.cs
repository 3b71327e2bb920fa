using Google.Protobuf;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.TraceQL;

/// <summary>Keeps the newest traces up to the limit. Parts of one trace from several places become one answer.</summary>
public sealed class SearchCollector(uint limit)
{
    private readonly Dictionary<string, TraceSearchMetadata> _traces = [];

    public SearchMetrics Metrics { get; } = new();

    public void Inspect(TraceMatcher matcher, TraceRecord record)
    {
        Metrics.InspectedTraces++;
        Metrics.InspectedBytes += (ulong)record.Trace.CalculateSize();
        if (matcher.Match(record) is { } found)
        {
            Add(found);
        }
    }

    public void Add(SearchResponse response)
    {
        foreach (var trace in response.Traces)
        {
            Add(trace);
        }

        if (response.Metrics is { } metrics)
        {
            Metrics.InspectedTraces += metrics.InspectedTraces;
            Metrics.InspectedBytes += metrics.InspectedBytes;
            Metrics.TotalBlocks += metrics.TotalBlocks;
            Metrics.TotalBlockBytes += metrics.TotalBlockBytes;
        }
    }

    public SearchResponse ToResponse() => new() { Traces = { Newest() }, Metrics = Metrics };

    private void Add(TraceSearchMetadata trace)
    {
        if (_traces.TryGetValue(trace.TraceId, out var known))
        {
            Combine(known, trace);
            return;
        }

        _traces.Add(trace.TraceId, trace);
        // Twice the limit at most is held: the older half is let go in one sweep.
        if (limit > 0 && _traces.Count >= limit * 2L)
        {
            var kept = Newest().ToList();
            _traces.Clear();
            foreach (var newest in kept)
            {
                _traces.Add(newest.TraceId, newest);
            }
        }
    }

    private IEnumerable<TraceSearchMetadata> Newest()
    {
        var ordered = _traces.Values.OrderByDescending(trace => trace.StartTimeUnixNano).ThenBy(trace => trace.TraceId, StringComparer.Ordinal);
        return limit > 0 ? ordered.Take((int)limit) : ordered;
    }

    private static void Combine(TraceSearchMetadata known, TraceSearchMetadata other)
    {
        var end = Math.Max(End(known), End(other));
        if (known.RootTraceName.Length == 0 && other.RootTraceName.Length > 0)
        {
            (known.RootTraceName, known.RootServiceName) = (other.RootTraceName, other.RootServiceName);
        }

        known.StartTimeUnixNano = Math.Min(known.StartTimeUnixNano, other.StartTimeUnixNano);
        known.DurationMs = (uint)((end - known.StartTimeUnixNano) / 1_000_000);
        foreach (var (service, stats) in other.ServiceStats)
        {
            if (!known.ServiceStats.TryGetValue(service, out var mine) || mine.SpanCount < stats.SpanCount)
            {
                known.ServiceStats[service] = stats;
            }
        }

        // The same spans may be in a block and in an ingester: the larger answer stands for both.
        for (var i = 0; i < other.SpanSets.Count; i++)
        {
            if (i >= known.SpanSets.Count)
            {
                known.SpanSets.Add(other.SpanSets[i]);
            }
            else if (known.SpanSets[i].Matched < other.SpanSets[i].Matched)
            {
                known.SpanSets[i] = other.SpanSets[i];
            }
        }

        known.SpanSet = known.SpanSets.Count > 0 ? known.SpanSets[0] : null;
    }

    private static ulong End(TraceSearchMetadata trace) => trace.StartTimeUnixNano + (trace.DurationMs * 1_000_000UL);
}
