namespace TempoCos.Benchmarks.Results;

/// <summary>One value a round: the median, with the least and the greatest beside it.</summary>
internal sealed record Spread(IReadOnlyList<double> Rounds)
{
    public double Median => Percentiles.Of(Rounds, 50);
    public double Min => Rounds.Min();
    public double Max => Rounds.Max();
}
