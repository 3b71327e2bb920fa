using TempoCos.TempoBlocks;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>What was found in one new block.</summary>
/// <param name="Meta">Its description.</param>
/// <param name="Ids">Those of the manifest that its id column holds.</param>
/// <param name="Bytes">Of all its objects.</param>
/// <param name="Problems">What is wrong with it; a block with problems proves nothing.</param>
/// <param name="HasNeverSent">It claims to hold an id that nobody sent.</param>
internal sealed record BlockFinding(BlockMeta Meta, IReadOnlySet<TraceId16> Ids, long Bytes, IReadOnlyList<string> Problems, bool HasNeverSent)
{
    public bool IsSound => Problems.Count == 0;
}
