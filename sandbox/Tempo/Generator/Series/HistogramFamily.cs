using System.Globalization;
using TempoCos.Tempo.Wire.RemoteWrite;

namespace TempoCos.Tempo.Generator.Series;

/// <summary>Classic histograms: a count, a sum, and how many were not above each bound.</summary>
internal sealed class HistogramFamily(string name, IReadOnlyList<double> bounds, SeriesRegistry registry) : ISeriesFamily
{
    private readonly double[] _bounds = [.. bounds, double.PositiveInfinity];
    private readonly Dictionary<string, Histogram> _histograms = new(StringComparer.Ordinal);

    private int SeriesEach => 2 + _bounds.Length;

    public void Observe(SeriesLabels labels, double value, string traceId)
    {
        if (!_histograms.TryGetValue(labels.Key, out var histogram))
        {
            labels = registry.Admit(labels, SeriesEach);
            if (!_histograms.TryGetValue(labels.Key, out histogram))
            {
                _histograms.Add(labels.Key, histogram = new(labels, _bounds.Length));
            }
        }

        var first = Array.FindIndex(_bounds, bound => value <= bound);
        for (var i = first; i < _bounds.Length; i++)
        {
            histogram.Buckets[i]++;
        }

        histogram.Exemplars[first] = (traceId, value);
        histogram.Sum += value;
        histogram.Changed = registry.Now;
    }

    public void Collect(List<TimeSeries> all, long now, IReadOnlyList<(string Name, string Value)> external)
    {
        foreach (var histogram in _histograms.Values)
        {
            Add(histogram, "_sum", external, histogram.Sum, beginsWithZero: false);
            Add(histogram, "_count", external, histogram.Buckets[^1]);
            for (var i = 0; i < _bounds.Length; i++)
            {
                var bound = double.IsPositiveInfinity(_bounds[i]) ? "+Inf" : _bounds[i].ToString("R", CultureInfo.InvariantCulture);
                var series = Add(histogram, "_bucket", external.Append(("le", bound)), histogram.Buckets[i]);
                if (histogram.Exemplars[i] is { } exemplar)
                {
                    series.Exemplars.Add(new Exemplar { Labels = { new Label { Name = "traceID", Value = exemplar.TraceId } }, Value = exemplar.Value, Timestamp = now });
                    histogram.Exemplars[i] = null;
                }
            }

            histogram.IsNew = false;
        }

        TimeSeries Add(Histogram histogram, string suffix, IEnumerable<(string Name, string Value)> more, double value, bool beginsWithZero = true)
        {
            var series = new TimeSeries { Labels = { histogram.Labels.With(name + suffix, more) } };
            if (histogram.IsNew && beginsWithZero)
            {
                series.Samples.Add(new Sample { Timestamp = SeriesRegistry.Before(now) });
            }

            series.Samples.Add(new Sample { Timestamp = now, Value = value });
            all.Add(series);
            return series;
        }
    }

    public int Forget(DateTimeOffset before)
    {
        var forgotten = 0;
        foreach (var (key, histogram) in _histograms)
        {
            if (histogram.Changed < before)
            {
                _histograms.Remove(key);
                forgotten += key == SeriesLabels.Overflow.Key ? 0 : SeriesEach;
            }
        }

        return forgotten;
    }

    private sealed class Histogram(SeriesLabels labels, int buckets)
    {
        public SeriesLabels Labels => labels;

        public double[] Buckets { get; } = new double[buckets];

        public (string TraceId, double Value)?[] Exemplars { get; } = new (string, double)?[buckets];

        public double Sum { get; set; }

        public DateTimeOffset Changed { get; set; }

        public bool IsNew { get; set; } = true;
    }
}
