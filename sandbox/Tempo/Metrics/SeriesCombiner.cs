using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Metrics;

/// <summary>Makes one answer of those of the jobs: adds up, takes least and greatest values, weighs averages, reads quantiles out of histograms, ranks.</summary>
public sealed class SeriesCombiner(MetricsStage stage, RankingStage? ranking, MetricsRange range, uint exemplars)
{
    private readonly Dictionary<LabelSet, CombinedSeries> _series = [];
    private readonly Dictionary<LabelSet, double[]> _weights = [];
    private readonly Dictionary<LabelSet, Log2Histogram[]> _histograms = [];
    private readonly ExemplarLimit _limit = new(exemplars, range);

    public SearchMetrics Metrics { get; } = new();

    public void Add(MetricsResponse response)
    {
        var weights = response.Series
            .Where(series => LabelSet.Find(series.Labels, SpanMetric.MetaLabel)?.StringValue == SpanMetric.CountMeta)
            .ToDictionary(series => LabelSet.Without(series.Labels, SpanMetric.MetaLabel));
        foreach (var series in response.Series)
        {
            switch (stage.Function)
            {
                case MetricsFunction.QuantileOverTime:
                    AddHistogram(series);
                    break;
                case MetricsFunction.AvgOverTime:
                    if (weights.TryGetValue(new([.. series.Labels]), out var weight))
                    {
                        AddAverage(series, weight);
                    }

                    break;
                default:
                    AddSimple(series);
                    break;
            }
        }

        if (response.Metrics is { } metrics)
        {
            Metrics.InspectedBytes += metrics.InspectedBytes;
            Metrics.InspectedSpans += metrics.InspectedSpans;
            Metrics.TotalBlocks += metrics.TotalBlocks;
            Metrics.TotalBlockBytes += metrics.TotalBlockBytes;
            Metrics.TotalJobs += metrics.TotalJobs;
            Metrics.CompletedJobs += metrics.CompletedJobs;
        }
    }

    /// <summary>The answer so far, with at most so many series; 0 is no limit.</summary>
    public MetricsResponse ToResponse(int maxSeries)
    {
        var series = stage.Function == MetricsFunction.QuantileOverTime ? [.. Quantiles()] : _series.Values.ToList();
        series = ranking is null ? series : SeriesRanking.Apply(ranking, series);
        series.RemoveAll(one => Array.TrueForAll(one.Values, double.IsNaN));
        series.Sort((a, b) => a.Labels.CompareTo(b.Labels));
        var response = new MetricsResponse { Metrics = Metrics };
        if (maxSeries > 0 && series.Count >= maxSeries)
        {
            series = series[..maxSeries];
            response.Status = TraceStatus.Partial;
            response.Message = $"Response exceeds maximum series limit of {maxSeries}, a partial response is returned. Warning: the accuracy of each individual value is not guaranteed.";
        }

        response.Series.Add(series.Select(one => one.ToMessage(range)));
        return response;
    }

    private void AddSimple(TimeSeries series)
    {
        var sums = stage.Function is not (MetricsFunction.MinOverTime or MetricsFunction.MaxOverTime or MetricsFunction.SumOverTime);
        var combined = Series(new([.. series.Labels]), sums ? 0 : double.NaN);
        foreach (var (interval, value) in Points(series))
        {
            var known = combined.Values[interval];
            combined.Values[interval] = double.IsNaN(known) ? value : stage.Function switch
            {
                MetricsFunction.MinOverTime => Math.Min(known, value),
                MetricsFunction.MaxOverTime => Math.Max(known, value),
                _ => known + value,
            };
        }

        AddExemplars(combined, series);
    }

    private void AddAverage(TimeSeries series, TimeSeries weight)
    {
        var labels = new LabelSet([.. series.Labels]);
        var combined = Series(labels, double.NaN);
        if (!_weights.TryGetValue(labels, out var weights))
        {
            _weights.Add(labels, weights = new double[range.Intervals]);
        }

        foreach (var ((interval, mean), (_, count)) in Points(series).Zip(Points(weight)))
        {
            var total = weights[interval] + count;
            combined.Values[interval] = weights[interval] == 0 ? mean : combined.Values[interval] + ((mean - combined.Values[interval]) * count / total);
            weights[interval] = total;
        }

        AddExemplars(combined, series);
    }

    private void AddHistogram(TimeSeries series)
    {
        if (LabelSet.Find(series.Labels, SpanMetric.BucketLabel) is not { } bucket)
        {
            return;
        }

        var labels = LabelSet.Without(series.Labels, SpanMetric.BucketLabel);
        if (!_histograms.TryGetValue(labels, out var histograms))
        {
            histograms = new Log2Histogram[range.Intervals];
            for (var i = 0; i < histograms.Length; i++)
            {
                histograms[i] = new();
            }

            _histograms.Add(labels, histograms);
        }

        foreach (var (interval, count) in Points(series))
        {
            histograms[interval].Add(bucket.DoubleValue, (long)count);
        }

        AddExemplars(Series(labels, double.NaN), series);
    }

    private IEnumerable<CombinedSeries> Quantiles()
    {
        var all = new Log2Histogram();
        foreach (var histogram in _histograms.Values.SelectMany(histograms => histograms))
        {
            all.Add(histogram);
        }

        var overall = stage.Quantiles.Select(all.Quantile).ToList();
        foreach (var (labels, histograms) in _histograms)
        {
            for (var i = 0; i < stage.Quantiles.Count; i++)
            {
                var quantile = stage.Quantiles[i];
                yield return new(
                    labels.With("p", Static.Of(quantile)),
                    [.. histograms.Select(histogram => histogram.Quantile(quantile))],
                    [.. Series(labels, double.NaN).Exemplars.Where(exemplar => Nearest(overall, exemplar.Value) == i)]);
            }
        }
    }

    private static int Nearest(List<double> values, double value) =>
        values.Index().MinBy(candidate => Math.Abs(candidate.Item - value)).Index;

    private CombinedSeries Series(LabelSet labels, double initial)
    {
        if (!_series.TryGetValue(labels, out var series))
        {
            var values = new double[range.Intervals];
            Array.Fill(values, initial);
            _series.Add(labels, series = new(labels, values, []));
        }

        return series;
    }

    private IEnumerable<(int Interval, double Value)> Points(TimeSeries series)
    {
        foreach (var sample in series.Samples)
        {
            if (range.IntervalOfMillis(sample.TimestampMs) is >= 0 and var interval && interval < range.Intervals)
            {
                yield return (interval, sample.Value);
            }
        }
    }

    private void AddExemplars(CombinedSeries combined, TimeSeries series) =>
        combined.Exemplars.AddRange(series.Exemplars.Where(exemplar => _limit.TryTake(exemplar.TimestampMs)));
}
