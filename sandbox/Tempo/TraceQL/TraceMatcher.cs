using Google.Protobuf;
using TempoCos.Otlp;
using TempoCos.Tempo.TraceQL.Fetching;
using TempoCos.Tempo.TraceQL.Stages;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.TraceQL;

/// <summary>A search over one kind of storage, made ready: says for each trace whether it matches, and what is shown of it. For one thread.</summary>
public sealed class TraceMatcher
{
    private readonly SearchRequest _request;
    private readonly TraceEvaluator? _evaluator;
    private readonly TagConditions? _tags;

    /// <exception cref="TraceQLException">The query is none, or the storage cannot compare as it wants.</exception>
    public TraceMatcher(SearchRequest request, ColumnLayout layout)
    {
        _request = request;
        if (request.Query.Length == 0)
        {
            _tags = new(request);
        }
        else
        {
            _evaluator = new(Query.Parse(request.Query), layout);
        }
    }

    /// <summary>Of a query; a search by tags has none.</summary>
    public TraceEvaluator? Evaluator => _evaluator;

    /// <summary>Of a search by tags.</summary>
    public TagConditions? Tags => _tags;

    /// <exception cref="TraceQLException">The query cannot be carried out on this trace's values.</exception>
    public TraceSearchMetadata? Match(ITraceSource trace)
    {
        if (_evaluator is null)
        {
            return _tags!.Match(trace) ? Describe(trace) : null;
        }

        var spansets = _evaluator.Evaluate(trace);
        if (spansets.Count == 0)
        {
            return null;
        }

        var found = Describe(trace);
        if (spansets[0].IsRegrouped)
        {
            // Tempo reads these once, and loses them where spansets are made anew.
            var lost = _evaluator.Plan.Request.ReadOfTrace;
            found.TraceId = lost.Contains(Intrinsic.TraceId) ? "" : found.TraceId;
            found.RootServiceName = lost.Contains(Intrinsic.RootServiceName) ? "" : found.RootServiceName;
            found.RootTraceName = lost.Contains(Intrinsic.RootName) ? "" : found.RootTraceName;
            found.DurationMs = lost.Contains(Intrinsic.TraceDuration) ? 0 : found.DurationMs;
        }

        foreach (var spanset in spansets)
        {
            found.SpanSets.Add(Describe(spanset));
        }

        found.SpanSet = found.SpanSets[0];
        foreach (var service in trace.Services)
        {
            found.ServiceStats.Add(service.ServiceName, new ServiceStats { SpanCount = (uint)service.SpanCount, ErrorCount = (uint)service.ErrorCount });
        }

        return found;
    }

    private static TraceSearchMetadata Describe(ITraceSource trace) => new()
    {
        TraceId = trace.Id.ToStrippedString(),
        RootServiceName = trace.RootServiceName,
        RootTraceName = trace.RootSpanName,
        StartTimeUnixNano = trace.Start,
        DurationMs = unchecked((uint)(trace.Duration / 1_000_000)),
    };

    private SpanSet Describe(Spanset spanset)
    {
        var described = new SpanSet { Matched = (uint)spanset.Spans.Count };
        var shown = _request.SpansPerSpanSet > 0 ? Math.Min((int)_request.SpansPerSpanSet, spanset.Spans.Count) : spanset.Spans.Count;
        for (var i = 0; i < shown; i++)
        {
            described.Spans.Add(Describe(spanset.Spans[i]));
        }

        foreach (var (key, value) in spanset.Attributes)
        {
            described.Attributes.Add(new KeyValue { Key = key, Value = value.ToAnyValue() });
        }

        return described;
    }

    private SpanMatch Describe(FetchedSpan span)
    {
        _evaluator!.Complete(span);
        var match = new SpanMatch
        {
            SpanId = Convert.ToHexStringLower(span.Source.Id).PadLeft(16, '0'),
            StartTimeUnixNano = span.Source.Start,
            DurationNanos = span.Source.Duration,
        };
        var shown = new Dictionary<Attribute, Static>();
        foreach (var level in (Level[])[Level.Resource, Level.Span, Level.Event, Level.Link, Level.Instrumentation])
        {
            foreach (var value in span.Of(level))
            {
                if (!value.Value.IsNil)
                {
                    shown[value.Attribute] = value.Value;
                }
            }
        }

        foreach (var (attribute, value) in shown)
        {
            if (attribute.Intrinsic == Intrinsic.Name)
            {
                match.Name = value.Text;
            }
            else if (attribute.Intrinsic is not (Intrinsic.Duration or Intrinsic.SpanId))
            {
                match.Attributes.Add(new KeyValue { Key = attribute.Name, Value = value.ToAnyValue() });
            }
        }

        return match;
    }
}
