using TempoCos.TempoBlocks;

namespace TempoCos.Tempo.Compactor;

/// <summary>Blocks to combine into one. Of several compactors the one that owns <paramref name="Hash"/> does it.</summary>
public sealed record CompactionJob(string Hash, IReadOnlyList<BlockMeta> Inputs)
{
    /// <summary>The level under which its counts are shown: the highest of its inputs.</summary>
    public string Level => $"{Inputs.Max(meta => meta.CompactionLevel)}";
}
