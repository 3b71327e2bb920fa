using TempoCos.Tempo.Wire.RemoteWrite;

namespace TempoCos.Tempo.Generator.Series;

/// <summary>Counters.</summary>
internal sealed class CounterFamily(string name, SeriesRegistry registry) : ISeriesFamily
{
    private readonly Dictionary<string, Counter> _counters = new(StringComparer.Ordinal);

    public void Add(SeriesLabels labels, double amount)
    {
        if (!_counters.TryGetValue(labels.Key, out var counter))
        {
            labels = registry.Admit(labels, 1);
            if (!_counters.TryGetValue(labels.Key, out counter))
            {
                _counters.Add(labels.Key, counter = new(labels));
            }
        }

        counter.Value += amount;
        counter.Changed = registry.Now;
    }

    public void Collect(List<TimeSeries> all, long now, IReadOnlyList<(string Name, string Value)> external)
    {
        foreach (var counter in _counters.Values)
        {
            var series = new TimeSeries { Labels = { counter.Labels.With(name, external) } };
            if (counter.IsNew)
            {
                series.Samples.Add(new Sample { Timestamp = SeriesRegistry.Before(now) });
                counter.IsNew = false;
            }

            series.Samples.Add(new Sample { Timestamp = now, Value = counter.Value });
            all.Add(series);
        }
    }

    public int Forget(DateTimeOffset before)
    {
        var forgotten = 0;
        foreach (var (key, counter) in _counters)
        {
            if (counter.Changed < before)
            {
                _counters.Remove(key);
                forgotten += key == SeriesLabels.Overflow.Key ? 0 : 1;
            }
        }

        return forgotten;
    }

    private sealed class Counter(SeriesLabels labels)
    {
        public SeriesLabels Labels => labels;

        public double Value { get; set; }

        public DateTimeOffset Changed { get; set; }

        public bool IsNew { get; set; } = true;
    }
}
