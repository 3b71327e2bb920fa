namespace TempoCos.Cluster.Api.Faults;

/// <summary>A rule and how often it was met.</summary>
public sealed class ActiveFault(int id, FaultRule rule)
{
    public int Id { get; } = id;

    public FaultRule Rule { get; } = rule;

    /// <summary>Requests that matched.</summary>
    public int Seen { get; private set; }

    /// <summary>Requests that were hit.</summary>
    public int Hits { get; private set; }

    /// <summary>Counts a request that matches, and says whether it is hit.</summary>
    public bool Take()
    {
        Seen++;
        if (Seen <= Rule.After || Hits >= (Rule.Count ?? int.MaxValue))
        {
            return false;
        }

        Hits++;
        return true;
    }
}
