using TempoCos.Otlp;
using TempoCos.Tempo.Metrics;
using TempoCos.Tempo.TraceQL;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Tests;

/// <summary>Points in time, quantiles, ranks and sums of metrics queries.</summary>
public sealed class MetricsArithmeticTests
{
    private const ulong Second = 1_000_000_000;

    [Fact]
    public void Points_are_whole_steps_with_one_before_the_first()
    {
        var range = new MetricsRange(1003 * Second, 1031 * Second, 10 * Second, false).Aligned();
        range.ShouldBe(new(990 * Second, 1040 * Second, 10 * Second, false));
        range.Intervals.ShouldBe(5);
        range.MillisOf(0).ShouldBe(1_000_000);

        // The left end is open, the right one closed.
        range.IntervalOf(990 * Second).ShouldBe(-1);
        range.IntervalOf((990 * Second) + 1).ShouldBe(0);
        range.IntervalOf(1000 * Second).ShouldBe(0);
        range.IntervalOf((1000 * Second) + 1).ShouldBe(1);
        range.IntervalOf(1040 * Second).ShouldBe(4);
        range.IntervalOf((1040 * Second) + 1).ShouldBe(-1);
        range.IntervalOfMillis(range.MillisOf(3)).ShouldBe(3);
    }

    [Fact]
    public void An_instant_has_one_point_at_the_end()
    {
        var range = new MetricsRange(1003 * Second, 1031 * Second, 28 * Second, true).Aligned();
        range.Intervals.ShouldBe(1);
        range.MillisOf(0).ShouldBe(1_031_000);
        range.IntervalOf(1010 * Second).ShouldBe(0);
        range.IntervalOf(1032 * Second).ShouldBe(-1);
    }

    [Theory]
    [InlineData(3600, 15)]
    [InlineData(600, 2)]
    [InlineData(60, 1)]
    [InlineData(86_400, 360)]
    public void Without_a_step_there_are_about_240_points(ulong seconds, ulong step) =>
        MetricsRange.DefaultStep(0, seconds * Second).ShouldBe(step * Second);

    [Fact]
    public void Quantiles_lie_exponentially_between_powers_of_two()
    {
        var histogram = new Log2Histogram();
        histogram.Quantile(.5).ShouldBe(0);
        histogram.Add(2, 10);
        histogram.Add(4, 10);
        histogram.Quantile(.5).ShouldBe(2);
        histogram.Quantile(1).ShouldBe(4);
        histogram.Quantile(.75).ShouldBe(Math.Pow(2, 1.5), 1e-12);
        histogram.Quantile(0).ShouldBe(Math.Pow(2, .1), 1e-12);
    }

    [Fact]
    public void Answers_of_jobs_are_put_together_as_the_function_wants()
    {
        var range = new MetricsRange(0, 20 * Second, 10 * Second, false);
        Values(new(MetricsFunction.CountOverTime), Series("a", 1, 2), Series("a", 3, 4), Series("b", 5, 6)).ShouldBe(["a:4 6", "b:5 6"]);
        Values(new(MetricsFunction.MinOverTime), Series("a", 1, 2), Series("a", 3, 1)).ShouldBe(["a:1 1"]);
        Values(new(MetricsFunction.MaxOverTime), Series("a", 1, 2), Series("a", 3, 1)).ShouldBe(["a:3 2"]);

        // An average weighs by the number of values behind each.
        var combiner = new SeriesCombiner(new(MetricsFunction.AvgOverTime), null, range, 0);
        combiner.Add(new() { Series = { Series("a", 10, 10), Series("a", 1, 1, SpanMetric.CountMeta) } });
        combiner.Add(new() { Series = { Series("a", 20, 40), Series("a", 9, 1, SpanMetric.CountMeta) } });
        combiner.ToResponse(0).Series.ShouldHaveSingleItem().Samples.Select(sample => sample.Value).ShouldBe([19, 25]);

        List<string> Values(MetricsStage stage, params TimeSeries[] series)
        {
            var combiner = new SeriesCombiner(stage, null, range, 0);
            foreach (var one in series)
            {
                combiner.Add(new() { Series = { one } });
            }

            return [.. combiner.ToResponse(0).Series.Select(one => $"{one.Labels[0].Value.StringValue}:{string.Join(' ', one.Samples.Select(sample => sample.Value))}")];
        }
    }

    [Fact]
    public void The_highest_and_lowest_series_are_chosen_at_each_point()
    {
        var range = new MetricsRange(0, 20 * Second, 10 * Second, false);
        Kept(new(true, 1)).ShouldBe(["b@2:9", "c@1:7"]);
        Kept(new(false, 1)).ShouldBe(["a@1:1", "a@2:2"]);
        // As many as there are: nothing is left out.
        Kept(new(true, 3)).Count.ShouldBe(6);
        // At equal values the first by name is at the top.
        Equal(true).ShouldBe(["a"]);
        Equal(false).ShouldBe(["b"]);

        List<string> Kept(RankingStage ranking)
        {
            var combiner = new SeriesCombiner(new(MetricsFunction.Rate), ranking, range, 0);
            combiner.Add(new() { Series = { Series("a", 1, 2), Series("b", 3, 9), Series("c", 7, 4) } });
            return [.. combiner.ToResponse(0).Series.SelectMany(one => one.Samples.Select(sample => $"{one.Labels[0].Value.StringValue}@{sample.TimestampMs / 10_000}:{sample.Value}")).Order(StringComparer.Ordinal)];
        }

        List<string> Equal(bool top)
        {
            var combiner = new SeriesCombiner(new(MetricsFunction.Rate), new(top, 1), range, 0);
            combiner.Add(new() { Series = { Series("b", 5, 5), Series("a", 5, 5) } });
            return [.. combiner.ToResponse(0).Series.Select(one => one.Labels[0].Value.StringValue)];
        }
    }

    [Fact]
    public void Exemplars_are_spread_over_the_time()
    {
        var range = new MetricsRange(0, 100 * Second, 10 * Second, false);
        var limit = new ExemplarLimit(10, range);
        Enumerable.Range(0, 50).Count(_ => limit.TryTake(1000)).ShouldBe(2);
        Enumerable.Range(0, 100).Count(second => limit.TryTake(second * 1000)).ShouldBe(8);
        limit.TryTake(200_000).ShouldBeFalse();
        new ExemplarLimit(0, range).TryTake(1000).ShouldBeFalse();
    }

    private static TimeSeries Series(string name, double first, double second, string? meta = null)
    {
        var series = new TimeSeries
        {
            Labels = { new KeyValue { Key = "x", Value = new() { StringValue = name } } },
            Samples = { new Sample { TimestampMs = 10_000, Value = first }, new Sample { TimestampMs = 20_000, Value = second } },
        };
        if (meta is not null)
        {
            series.Labels.Add(new KeyValue { Key = SpanMetric.MetaLabel, Value = new() { StringValue = meta } });
        }

        return series;
    }
}
