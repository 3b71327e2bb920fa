namespace TempoCos.Tempo.TraceQL;

/// <summary>What a metrics query counts.</summary>
public enum MetricsFunction
{
    Rate,
    CountOverTime,
    MinOverTime,
    MaxOverTime,
    SumOverTime,
    AvgOverTime,
    QuantileOverTime,
    HistogramOverTime,
    Compare,
}
