using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.TraceQL;

/// <summary>Keeps traces up to the limit: any, or the newest. Parts of one trace from several places become one answer.</summary>
public sealed class SearchCollector(uint limit, bool mostRecent)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TraceSearchMetadata> _traces = [];

    public SearchMetrics Metrics { get; } = new();

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
            Metrics.InspectedSpans += metrics.InspectedSpans;
            Metrics.TotalBlockBytes += metrics.TotalBlockBytes;
        }
    }

    public SearchResponse ToResponse() => new() { Traces = { Newest() }, Metrics = Metrics };

    /// <summary>False when it has enough.</summary>
    public bool Add(TraceSearchMetadata trace)
    {
        lock (_lock)
        {
            if (_traces.TryGetValue(trace.TraceId, out var known))
            {
                Combine(known, trace);
                return true;
            }

            if (!mostRecent && limit > 0 && _traces.Count >= limit)
            {
                return false;
            }

            _traces.Add(trace.TraceId, trace);
            if (!mostRecent)
            {
                return limit == 0 || _traces.Count < limit;
            }

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

            return true;
        }
    }

    private IEnumerable<TraceSearchMetadata> Newest()
    {
        var ordered = _traces.Values.OrderByDescending(trace => trace.StartTimeUnixNano).ThenBy(trace => trace.TraceId, StringComparer.Ordinal);
        return limit > 0 ? ordered.Take((int)limit) : ordered;
    }

    // A trace may be found in several blocks and ingesters, in parts or as copies.
    private static void Combine(TraceSearchMetadata known, TraceSearchMetadata other)
    {
        known.RootServiceName = known.RootServiceName.Length > 0 ? known.RootServiceName : other.RootServiceName;
        known.RootTraceName = known.RootTraceName.Length > 0 ? known.RootTraceName : other.RootTraceName;
        known.StartTimeUnixNano = known.StartTimeUnixNano == 0 ? other.StartTimeUnixNano : Math.Min(known.StartTimeUnixNano, other.StartTimeUnixNano);
        known.DurationMs = Math.Max(known.DurationMs, other.DurationMs);
        foreach (var (service, stats) in other.ServiceStats)
        {
            var mine = known.ServiceStats.TryGetValue(service, out var counted) ? counted : known.ServiceStats[service] = new();
            mine.SpanCount = Math.Max(mine.SpanCount, stats.SpanCount);
            mine.ErrorCount = Math.Max(mine.ErrorCount, stats.ErrorCount);
        }

        foreach (var spanSet in other.SpanSets)
        {
            var key = Group(spanSet);
            var at = 0;
            while (at < known.SpanSets.Count && Group(known.SpanSets[at]) != key)
            {
                at++;
            }

            if (at == known.SpanSets.Count)
            {
                known.SpanSets.Add(spanSet);
            }
            else if (known.SpanSets[at].Matched < spanSet.Matched)
            {
                known.SpanSets[at] = spanSet;
            }
        }

        known.SpanSet = known.SpanSets.Count > 0 ? known.SpanSets[0] : null;
    }

    // What it was grouped by tells a trace's spansets apart.
    private static string Group(SpanSet spanSet) =>
        string.Concat(spanSet.Attributes.Where(attribute => attribute.Key.StartsWith("by", StringComparison.Ordinal)).Select(attribute => $"{attribute.Key}{attribute.Value}"));
}
