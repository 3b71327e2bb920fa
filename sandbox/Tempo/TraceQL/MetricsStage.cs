using TempoCos.Tempo.TraceQL.Stages;

namespace TempoCos.Tempo.TraceQL;

/// <summary><c>rate() by (x)</c> and the like. Search ignores it.</summary>
public sealed record MetricsStage(MetricsFunction Function)
{
    private const int MostGroups = 5;

    /// <summary>What is measured; null where spans are counted.</summary>
    public Attribute? Of { get; init; }

    public IReadOnlyList<Attribute> By { get; init; } = [];

    public IReadOnlyList<double> Quantiles { get; init; } = [];

    /// <summary>What <c>compare</c> tells the others from.</summary>
    public Filter? Selection { get; init; }

    /// <summary>How many values <c>compare</c> shows.</summary>
    public long Top { get; init; }

    /// <summary>When <c>compare</c>'s selection begins and ends, Unix nanoseconds; 0 for no limit.</summary>
    public long Start { get; init; }

    public long End { get; init; }

    public void Validate()
    {
        if (Function is MetricsFunction.HistogramOverTime or MetricsFunction.QuantileOverTime or MetricsFunction.AvgOverTime && By.Count >= MostGroups)
        {
            throw new TraceQLException($"metrics group by {By.Count} values not yet supported");
        }

        foreach (var quantile in Quantiles)
        {
            if (quantile is < 0 or > 1)
            {
                throw new TraceQLException($"quantile must be between 0 and 1: {quantile.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
            }
        }

        if (Function != MetricsFunction.Compare)
        {
            if (By.Count > MostGroups)
            {
                throw new TraceQLException($"metrics group by {By.Count} values not yet supported");
            }

            return;
        }

        Selection!.Validate();
        if (Top <= 0)
        {
            throw new TraceQLException("compare() top number of values must be integer greater than 0");
        }

        if (Start == 0 && End == 0)
        {
            return;
        }

        if (Start <= 0 || End <= 0)
        {
            throw new TraceQLException("compare() timestamps must be positive integer unix nanoseconds");
        }

        if (End <= Start)
        {
            throw new TraceQLException("compare() end timestamp must be greater than start timestamp");
        }
    }
}
