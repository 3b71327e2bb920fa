using TempoCos.Tempo.TraceQL;

namespace TempoCos.Tempo.Metrics;

/// <summary>Keeps the highest or lowest series at each point; a series may come and go.</summary>
internal static class SeriesRanking
{
    public static List<CombinedSeries> Apply(RankingStage ranking, List<CombinedSeries> series)
    {
        if (series.Count <= ranking.Limit)
        {
            return series;
        }

        // Of equal ones it is the first by name at the top, the last by name at the bottom.
        var named = series.OrderBy(one => one.Labels).ToList();
        if (!ranking.Top)
        {
            named.Reverse();
        }

        var kept = named.ConvertAll(one => one with { Values = [.. Enumerable.Repeat(double.NaN, one.Values.Length)] });
        for (var i = 0; i < named[0].Values.Length; i++)
        {
            var present = Enumerable.Range(0, named.Count).Where(at => !double.IsNaN(named[at].Values[i]));
            var ordered = ranking.Top ? present.OrderByDescending(at => named[at].Values[i]) : present.OrderBy(at => named[at].Values[i]);
            foreach (var at in ordered.Take((int)ranking.Limit))
            {
                kept[at].Values[i] = named[at].Values[i];
            }
        }

        return kept;
    }
}
