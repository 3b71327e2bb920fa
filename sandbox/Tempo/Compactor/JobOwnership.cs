using TempoCos.Tempo.Ring;

namespace TempoCos.Tempo.Compactor;

/// <summary>Shares work among several compactors: each piece has a name, and the ring gives each name to one of them.</summary>
public sealed class JobOwnership(ComponentRing ring)
{
    private const uint OffsetBasis = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>This compactor's id in the ring; null when there is no ring, and everything is its own.</summary>
    public string? Id { get; set; }

    public bool Owns(string job) =>
        Id is null || ComponentRing.Owners(ring.Healthy("compactor"), Hash(job), 1).FirstOrDefault()?.Id == Id;

    private static uint Hash(string job)
    {
        var hash = OffsetBasis;
        foreach (var letter in job)
        {
            hash = unchecked((hash ^ letter) * Prime);
        }

        return hash;
    }
}
