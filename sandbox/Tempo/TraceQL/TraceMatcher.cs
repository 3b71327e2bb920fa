using TempoCos.Otlp;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.TraceQL;

/// <summary>A search request made ready: says for each trace whether it matches, and what is shown of it.</summary>
public sealed class TraceMatcher
{
    private const string NoRoot = "<root span not yet received>";
    private readonly SearchRequest _request;
    private readonly Query? _query;
    private readonly TagConditions? _tags;
    private readonly IReadOnlyList<ShownAttribute> _shown;

    public TraceMatcher(SearchRequest request)
    {
        _request = request;
        _query = request.Query.Length > 0 ? Query.Parse(request.Query) : null;
        _tags = _query is null ? new(request) : null;
        _shown = _query is null ? [] : ShownAttribute.Of(_query);
    }

    public TraceSearchMetadata? Match(TraceRecord record)
    {
        var trace = new TraceView(record);
        if (!trace.Overlaps(_request.Start, _request.End))
        {
            return null;
        }

        if (_query is null)
        {
            return _tags!.Match(trace) ? Describe(trace) : null;
        }

        if (_query.NeedsTree)
        {
            trace.BuildTree();
        }

        var spansets = SpansetEvaluator.Run(_query.Stages, trace);
        if (spansets.Count == 0)
        {
            return null;
        }

        var found = Describe(trace);
        found.SpanSets.Add(spansets.Select(Describe));
        found.SpanSet = found.SpanSets[0];
        foreach (var span in trace.Spans)
        {
            if (!found.ServiceStats.TryGetValue(span.ServiceName, out var stats))
            {
                found.ServiceStats.Add(span.ServiceName, stats = new());
            }

            stats.SpanCount++;
            stats.ErrorCount += span.IsError ? 1u : 0;
        }

        return found;
    }

    private static TraceSearchMetadata Describe(TraceView trace) => new()
    {
        TraceId = trace.Id.ToStrippedString(),
        RootServiceName = trace.Root is { ServiceName.Length: > 0 } root ? root.ServiceName : NoRoot,
        RootTraceName = trace.Root?.Span.Name ?? "",
        StartTimeUnixNano = trace.Start,
        DurationMs = (uint)(trace.Duration / 1_000_000),
    };

    private SpanSet Describe(Spanset spanset)
    {
        var described = new SpanSet { Matched = (uint)spanset.Spans.Count };
        var spans = _request.SpansPerSpanSet > 0 ? spanset.Spans.Take((int)_request.SpansPerSpanSet) : spanset.Spans;
        described.Spans.Add(spans.Select(Describe));
        described.Attributes.Add(spanset.Attributes.Select(pair => new KeyValue { Key = pair.Key, Value = pair.Value.ToAnyValue() }));
        return described;
    }

    private SpanMatch Describe(SpanView span)
    {
        var match = new SpanMatch
        {
            SpanId = AttributeReader.Hex(span.Span.SpanId),
            StartTimeUnixNano = span.Span.StartTimeUnixNano,
            DurationNanos = span.Duration,
        };
        var keys = new HashSet<string>();
        foreach (var shown in _shown.Where(shown => shown.Applies(span)))
        {
            var attribute = shown.Attribute;
            if (attribute.Intrinsic == Intrinsic.Name)
            {
                match.Name = span.Span.Name;
            }
            else if (attribute.Intrinsic is not (Intrinsic.Duration or Intrinsic.SpanId)
                && shown.Show(span) is { } value
                && keys.Add(Intrinsics.Key(attribute)))
            {
                match.Attributes.Add(new KeyValue { Key = Intrinsics.Key(attribute), Value = value });
            }
        }

        return match;
    }
}
