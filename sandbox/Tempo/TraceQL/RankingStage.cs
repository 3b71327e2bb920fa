namespace TempoCos.Tempo.TraceQL;

/// <summary><c>topk(n)</c> or <c>bottomk(n)</c> of the series.</summary>
public sealed record RankingStage(bool Top, long Limit)
{
    public void Validate()
    {
        if (Limit <= 0)
        {
            throw new TraceQLException("limit must be greater than 0");
        }
    }
}
