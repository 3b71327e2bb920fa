using System.Numerics;
using TempoCos.Otlp;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.TraceQL.Stages;
using TempoCos.Tempo.Wire;
using TempoCos.TempoBlocks;
using Attribute = TempoCos.Tempo.TraceQL.Attribute;

namespace TempoCos.Tempo.Metrics;

/// <summary>Counts and measures the spans that a query selects, in series. For one thread.</summary>
public sealed class SpanMetric(MetricsStage stage, MetricsRange range, uint exemplars)
{
    /// <summary>The label that tells the two series of an average apart, and its value for the number of values behind each point.</summary>
    public const string MetaLabel = "__meta_type";
    public const string CountMeta = "__count";
    public const string BucketLabel = "__bucket";
    private const double Second = 1e9;
    private readonly Dictionary<SeriesKey, SpanSeries> _series = [];
    private readonly int _values = stage.By.Count + (IsHistogram(stage) ? 1 : 0);
    private readonly HashSet<TraceId16> _exemplary = [];

    public ulong Spans { get; private set; }

    public int Count => _series.Count;

    /// <summary>Takes the spans of one trace that the query selects.</summary>
    public void Observe(TraceId16 trace, IEnumerable<FetchedSpan> spans)
    {
        var example = exemplars > 0 && _exemplary.Count < exemplars;
        foreach (var span in spans)
        {
            var start = span.Source.Start;
            // Only what begins within the time: the rest of its trace may lie outside of it.
            if (start <= range.Start || start > range.End || range.IntervalOf(start) is not (>= 0 and var interval))
            {
                continue;
            }

            Spans++;
            if (Measure(span) is not { } value || Series(span, value) is not { } series)
            {
                continue;
            }

            series.Add(stage.Function, interval, value.Float);
            if (example && _exemplary.Add(trace))
            {
                example = false;
                series.AddExemplar(Example(trace, span, value));
            }
        }
    }

    public IEnumerable<TimeSeries> Result()
    {
        if (_values == 0 && stage.Function is not MetricsFunction.AvgOverTime && _series.Count == 0)
        {
            // A number without groups is there, even when nothing was selected.
            _series.Add(new([]), new(range, exemplars));
        }

        foreach (var (key, series) in _series)
        {
            var labels = Labels(key);
            yield return new() { Labels = { labels }, Samples = { series.Samples(stage.Function) }, Exemplars = { series.Exemplars } };
            if (stage.Function == MetricsFunction.AvgOverTime)
            {
                yield return new() { Labels = { labels, Label(MetaLabel, Static.Of(CountMeta)) }, Samples = { series.Weights() } };
            }
        }
    }

    private static bool IsHistogram(MetricsStage stage) => stage.Function is MetricsFunction.HistogramOverTime or MetricsFunction.QuantileOverTime;

    private static KeyValue Label(string name, Static value) => new() { Key = name, Value = value.ToAnyValue() };

    // What is measured; one for a count. Null where the span does not have it.
    private Static? Measure(FetchedSpan span)
    {
        if (stage.Of is not { } of)
        {
            return Static.Of(1.0);
        }

        if (of.Intrinsic == Intrinsic.Duration)
        {
            return IsHistogram(stage) ? Static.OfDuration((long)span.Source.Duration) : Static.Of(span.Source.Duration / Second);
        }

        var value = Lookup(span, of);
        return double.IsNaN(value.Float) ? null : value;
    }

    // Without a scope it is the span's, then the resource's.
    private static Static Lookup(FetchedSpan span, Attribute attribute)
    {
        if (!attribute.IsUnscoped)
        {
            return span.Value(attribute);
        }

        var own = span.Value(attribute with { Scope = AttributeScope.Span });
        return own.IsNil ? span.Value(attribute with { Scope = AttributeScope.Resource }) : own;
    }

    private SpanSeries? Series(FetchedSpan span, Static value)
    {
        var values = new Static[_values];
        for (var i = 0; i < stage.By.Count; i++)
        {
            values[i] = Lookup(span, stage.By[i]);
        }

        if (IsHistogram(stage))
        {
            if (Bucket(value) is not { } bucket)
            {
                return null;
            }

            values[^1] = Static.Of(bucket);
        }

        var key = new SeriesKey(values);
        if (!_series.TryGetValue(key, out var series))
        {
            _series.Add(key, series = new(range, exemplars));
        }

        return series;
    }

    // The next power of two, of durations in seconds. Other numbers have too wide a range for that.
    // Spans that end before they start have unsigned durations beyond the last one, which is 0.
    private static double? Bucket(Static value) => value.Type switch
    {
        StaticType.Int when value.Integer >= 2 => BitOperations.RoundUpToPowerOf2((ulong)value.Integer),
        StaticType.Duration when (ulong)value.Integer >= 2 => BitOperations.RoundUpToPowerOf2((ulong)value.Integer) / Second,
        _ => null,
    };

    private Exemplar Example(TraceId16 trace, FetchedSpan span, Static value) => new()
    {
        Labels =
        {
            stage.By.Select(attribute => (Name: attribute.ToString(), Value: Lookup(span, attribute))).Where(label => !label.Value.IsNil).Select(label => Label(label.Name, label.Value)),
            Label("trace:id", Static.Of(trace.ToStrippedString())),
        },
        // Of a count it becomes that of the point.
        Value = stage.Of is null || stage.Function == MetricsFunction.HistogramOverTime ? double.NaN : value.Float / (value.Type == StaticType.Duration ? Second : 1),
        TimestampMs = (long)(span.Source.Start / 1_000_000),
    };

    private List<KeyValue> Labels(SeriesKey key)
    {
        if (_values == 0)
        {
            return [Label("__name__", Static.Of(Name))];
        }

        var labels = new List<KeyValue>();
        for (var i = 0; i < stage.By.Count; i++)
        {
            if (!key.Values[i].IsNil)
            {
                labels.Add(Label(stage.By[i].ToString(), key.Values[i]));
            }
        }

        if (IsHistogram(stage))
        {
            labels.Add(Label(BucketLabel, key.Values[^1]));
        }

        return labels.Count > 0 ? labels : [Label(stage.By[0].ToString(), Static.Nil)];
    }

    private string Name => stage.Function switch
    {
        MetricsFunction.Rate => "rate",
        MetricsFunction.CountOverTime => "count_over_time",
        MetricsFunction.MinOverTime => "min_over_time",
        MetricsFunction.MaxOverTime => "max_over_time",
        MetricsFunction.SumOverTime => "sum_over_time",
        _ => "avg_over_time",
    };
}
