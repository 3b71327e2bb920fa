namespace TempoCos.Benchmarks.Results;

/// <summary>Collects values in the order in which metrics first appear.</summary>
internal sealed class Recorder
{
    private readonly List<(string Benchmark, string Metric, string Unit, Better Better)> _order = [];
    private readonly Dictionary<(string Benchmark, string Metric, Side Side), List<double>> _values = [];
    private readonly Dictionary<string, string> _invalid = [];

    public IReadOnlyDictionary<string, string> Invalid => _invalid;

    public IReadOnlyList<Measurement> Measurements => [.. _order
        .Where(metric => !_invalid.ContainsKey(metric.Benchmark))
        .Select(metric => new Measurement(metric.Benchmark, metric.Metric, metric.Unit, metric.Better, Of(metric, Side.Ours), Of(metric, Side.Peer)))];

    public void Add(Side side, string benchmark, string metric, string unit, Better better, double value)
    {
        if (!_values.TryGetValue((benchmark, metric, side), out var values))
        {
            _values.Add((benchmark, metric, side), values = []);
            if (!_order.Contains((benchmark, metric, unit, better)))
            {
                _order.Add((benchmark, metric, unit, better));
            }
        }

        values.Add(value);
    }

    /// <summary>Percentiles of one round's latencies.</summary>
    public void AddLatencies(Side side, string benchmark, string prefix, IReadOnlyCollection<double> milliseconds, params ReadOnlySpan<int> percentiles)
    {
        foreach (var percentile in percentiles)
        {
            Add(side, benchmark, $"{prefix}p{percentile}", "ms", Better.Lower, Percentiles.Of(milliseconds, percentile));
        }
    }

    public void Discard(string benchmark, string reason) => _invalid.TryAdd(benchmark, reason);

    private Spread? Of((string Benchmark, string Metric, string Unit, Better Better) metric, Side side) =>
        _values.TryGetValue((metric.Benchmark, metric.Metric, side), out var values) ? new(values) : null;
}
