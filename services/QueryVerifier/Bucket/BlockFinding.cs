using TempoCos.QueryVerifier.Ladder;
using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>What was found in one new block.</summary>
/// <param name="Meta">Its description.</param>
/// <param name="Compared">The manifest's traces that it holds, each as it stands there beside what was sent.</param>
/// <param name="Bytes">Of all its objects.</param>
/// <param name="Problems">What is wrong with it; a block with problems proves nothing.</param>
/// <param name="HasNeverSent">It claims to hold an id that nobody sent.</param>
internal sealed record BlockFinding(BlockMeta Meta, IReadOnlyDictionary<TraceId16, TraceComparison> Compared, long Bytes, IReadOnlyList<string> Problems, bool HasNeverSent)
{
    public bool IsSound => Problems.Count == 0;

    /// <summary>Those of the manifest that it holds.</summary>
    public IEnumerable<TraceId16> Ids => Compared.Keys;

    public bool Has(TraceId16 id) => Compared.ContainsKey(id);

    /// <summary>As evidence names it.</summary>
    public override string ToString() => $"{Meta.BlockId} (level {Meta.CompactionLevel}, {Meta.TotalObjects} traces)";
}
