using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Metrics;

/// <summary>A series of an answer; NaN where it has no point.</summary>
internal sealed record CombinedSeries(LabelSet Labels, double[] Values, List<Exemplar> Exemplars)
{
    public TimeSeries ToMessage(MetricsRange range)
    {
        var message = new TimeSeries { Labels = { Labels.Labels } };
        for (var i = 0; i < Values.Length; i++)
        {
            if (!double.IsNaN(Values[i]))
            {
                message.Samples.Add(new Sample { TimestampMs = range.MillisOf(i), Value = Values[i] });
            }
        }

        foreach (var exemplar in Exemplars.OrderBy(exemplar => exemplar.TimestampMs))
        {
            if (range.IntervalOfMillis(exemplar.TimestampMs) is >= 0 and var interval && !double.IsNaN(Values[interval]))
            {
                message.Exemplars.Add(double.IsNaN(exemplar.Value) ? new Exemplar(exemplar) { Value = Values[interval] } : exemplar);
            }
        }

        return message;
    }
}
