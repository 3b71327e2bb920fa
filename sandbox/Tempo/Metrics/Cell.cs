using TempoCos.Tempo.TraceQL;

namespace TempoCos.Tempo.Metrics;

/// <summary>What one interval of one series has seen.</summary>
internal struct Cell
{
    private double _compensation;

    public long Count { get; private set; }

    /// <summary>The sum, least or greatest value.</summary>
    public double Value { get; private set; }

    public readonly double Sum => Value + _compensation;

    public void Add(MetricsFunction function, double value)
    {
        Value = Count++ == 0 ? value : function switch
        {
            MetricsFunction.MinOverTime => Math.Min(Value, value),
            MetricsFunction.MaxOverTime => Math.Max(Value, value),
            _ => Plus(value),
        };
    }

    // Small values do not get lost beside large ones.
    private double Plus(double value)
    {
        var sum = Value + value;
        if (double.IsFinite(sum))
        {
            _compensation += Math.Abs(Value) >= Math.Abs(value) ? Value - sum + value : value - sum + Value;
        }

        return sum;
    }
}
