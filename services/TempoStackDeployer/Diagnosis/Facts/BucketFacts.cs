using TempoCos.TempoBlocks;

namespace TempoCos.TempoStackDeployer.Diagnosis.Facts;

/// <summary>What lies in the bucket below Tempo's prefix.</summary>
internal sealed record BucketFacts
{
    public const string ClusterSeed = "tempo_cluster_seed.json";

    private const string Live = "/meta.json";
    private const string Compacted = "/meta.compacted.json";

    public IReadOnlyList<StoredObject> Objects { get; init; } = [];

    /// <summary>Whether <see cref="Objects"/> are all that there are.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>The newest live blocks, looked at more closely.</summary>
    public IReadOnlyList<BlockFacts> Blocks { get; init; } = [];

    /// <summary>How far the store's clock is ahead of ours; null when it did not say.</summary>
    public TimeSpan? Clock { get; init; }

    /// <summary>Why it could not be looked at; null when it could.</summary>
    public string? Unreachable { get; init; }

    /// <summary>With what the store refuses the Secret's own bucket or key, such as <c>404 NoSuchBucket</c>; null when it does not.</summary>
    public string? Refusal { get; init; }

    public IEnumerable<StoredObject> LiveBlocks => Objects.Where(item => item.Key.EndsWith(Live, StringComparison.Ordinal));

    public IEnumerable<StoredObject> CompactedBlocks => Objects.Where(item => item.Key.EndsWith(Compacted, StringComparison.Ordinal));

    public IEnumerable<string> Tenants => LiveBlocks.Concat(CompactedBlocks).Select(item => item.Key.Split('/')[0]).Distinct(StringComparer.Ordinal);
}
