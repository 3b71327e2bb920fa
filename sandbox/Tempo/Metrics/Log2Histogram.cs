namespace TempoCos.Tempo.Metrics;

/// <summary>Counts by powers of two.</summary>
public sealed class Log2Histogram
{
    private readonly SortedDictionary<double, long> _buckets = [];

    public void Add(double bound, long count)
    {
        if (count > 0)
        {
            _buckets[bound] = _buckets.GetValueOrDefault(bound) + count;
        }
    }

    public void Add(Log2Histogram other)
    {
        foreach (var (bound, count) in other._buckets)
        {
            Add(bound, count);
        }
    }

    /// <summary>The value below which the share <paramref name="quantile"/> lies, taken exponentially between a bucket's bounds; 0 when empty.</summary>
    public double Quantile(double quantile)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(quantile * _buckets.Values.Sum()));
        var (seen, below) = (0L, 0.0);
        foreach (var (bound, count) in _buckets)
        {
            if (seen + count == wanted)
            {
                return bound;
            }

            if (seen + count > wanted)
            {
                var high = Math.Log2(bound);
                var low = below > 0 ? Math.Log2(below) : high - 1;
                return Math.Pow(2, low + ((high - low) * (wanted - seen) / count));
            }

            (seen, below) = (seen + count, bound);
        }

        return 0;
    }
}
