using TempoCos.Tempo.Http;
using TempoCos.Tempo.Wire.RemoteWrite;

namespace TempoCos.Tempo.Generator.Series;

/// <summary>The series of a tenant. Whoever uses it has the tenant's lock.</summary>
internal sealed class SeriesRegistry(string tenant, IReadOnlyList<(string Name, string Value)> external, TempoMetrics metrics)
{
    private readonly Dictionary<string, ISeriesFamily> _families = new(StringComparer.Ordinal);
    private int _active;

    /// <summary>0 is no limit.</summary>
    public int MaxSeries { get; set; }

    /// <summary>When what comes in now has come.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>One that replaces another of the name begins anew.</summary>
    public CounterFamily Counter(string name) => Add(name, new CounterFamily(name, this));

    /// <inheritdoc cref="Counter"/>
    public HistogramFamily Histogram(string name, IReadOnlyList<double> bounds) => Add(name, new HistogramFamily(name, bounds, this));

    /// <summary>The labels under which something new is counted.</summary>
    public SeriesLabels Admit(SeriesLabels labels, int series)
    {
        if (MaxSeries > 0 && _active + series > MaxSeries)
        {
            metrics.GeneratorSeriesLimited.Add(series, tenant);
            return SeriesLabels.Overflow;
        }

        Change(series);
        return labels;
    }

    public IReadOnlyList<TimeSeries> Collect(long now)
    {
        var all = new List<TimeSeries>();
        foreach (var family in _families.Values)
        {
            family.Collect(all, now, external);
        }

        return all;
    }

    public void Forget(DateTimeOffset before)
    {
        foreach (var family in _families.Values)
        {
            Change(-family.Forget(before));
        }
    }

    /// <summary>The zero that a series begins with is at the end of the minute before.</summary>
    public static long Before(long now) => now - (now % 60_000) - 1_000;

    private T Add<T>(string name, T family)
        where T : ISeriesFamily
    {
        if (_families.TryGetValue(name, out var old))
        {
            Change(-old.Forget(DateTimeOffset.MaxValue));
        }

        _families[name] = family;
        return family;
    }

    private void Change(int by)
    {
        _active += by;
        metrics.GeneratorSeries.Set(_active, tenant);
    }
}
