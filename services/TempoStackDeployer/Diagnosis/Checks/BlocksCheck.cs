using TempoCos.Doctor;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>Whether the newest blocks are what their descriptions say: size, magic, footer, number of bloom shards.</summary>
internal sealed class BlocksCheck : StackCheck
{
    private const int Shown = 3;

    public override CheckDescription Description { get; } = new("TC407", "blocks", "Comparing the newest blocks with their descriptions");

    public override Finding Examine(StackFacts facts)
    {
        if (facts.Bucket is not { Unreachable: null } bucket)
        {
            return Finding.Skip(facts.Bucket?.Unreachable ?? "the bucket could not be looked at");
        }

        var damaged = bucket.Blocks.Where(block => block.Problems.Count > 0).ToList();
        return damaged.Count > 0
            ? Finding.Fail(
                $"{damaged.Count} of the {bucket.Blocks.Count} newest blocks are damaged: {string.Join("; ", damaged.Take(Shown).Select(block => $"{block.Name}: {block.Problems[0]}"))}",
                "See `tempocos blocks verify s3://BUCKET` for all of it. Keep a damaged block from compaction by an empty object nocompact.flg in its folder, restore what is missing, or delete the block.")
                .With(damaged.Take(Shown).Select(block => KeyValuePair.Create(block.Name, string.Join("; ", block.Problems))))
            : Finding.Pass(bucket.Blocks.Count > 0 ? $"the {bucket.Blocks.Count} newest blocks are what their descriptions say" : "there are no blocks to look at").With("looked_at", $"{bucket.Blocks.Count}");
    }
}
