using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Metrics;

/// <summary>One series in the making.</summary>
internal sealed class SpanSeries(MetricsRange range, uint exemplars)
{
    private readonly Cell[] _cells = new Cell[range.Intervals];
    private readonly ExemplarLimit _limit = new(exemplars, range);

    public List<Exemplar> Exemplars { get; } = [];

    public void Add(MetricsFunction function, int interval, double value) => _cells[interval].Add(function, value);

    public void AddExemplar(Exemplar exemplar)
    {
        if (_limit.TryTake(exemplar.TimestampMs))
        {
            Exemplars.Add(exemplar);
        }
    }

    /// <summary>The points; a count has one where nothing was seen too.</summary>
    public IEnumerable<Sample> Samples(MetricsFunction function)
    {
        var perSecond = range.Step / 1e9;
        for (var i = 0; i < _cells.Length; i++)
        {
            var cell = _cells[i];
            double? value = function switch
            {
                MetricsFunction.Rate => cell.Count / perSecond,
                MetricsFunction.CountOverTime or MetricsFunction.HistogramOverTime or MetricsFunction.QuantileOverTime => cell.Count,
                _ when cell.Count == 0 => null,
                MetricsFunction.AvgOverTime => cell.Sum / cell.Count,
                MetricsFunction.SumOverTime => cell.Sum,
                _ => cell.Value,
            };
            if (value is { } seen)
            {
                yield return new() { TimestampMs = range.MillisOf(i), Value = seen };
            }
        }
    }

    /// <summary>How many values each point of an average stands for.</summary>
    public IEnumerable<Sample> Weights() =>
        _cells.Index().Where(cell => cell.Item.Count > 0).Select(cell => new Sample { TimestampMs = range.MillisOf(cell.Index), Value = cell.Item.Count });
}
