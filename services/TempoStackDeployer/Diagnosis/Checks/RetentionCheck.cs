using TempoCos.Doctor;
using TempoCos.TempoBlocks;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;

namespace TempoCos.TempoStackDeployer.Diagnosis.Checks;

/// <summary>Whether blocks leave when they should: the age of every description in the bucket against the two retentions of the configuration.</summary>
internal sealed class RetentionCheck : StackCheck
{
    private const string Live = "compactor.compaction.block_retention";
    private const string Compacted = "compactor.compaction.compacted_block_retention";
    private const int Polls = 3;

    /// <summary>Blocks are deleted one after the other.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(2);

    public override CheckDescription Description { get; } = new("TC302", "retention", "Comparing the age of blocks with the configured retention");

    public override Finding Examine(StackFacts facts)
    {
        if (facts.Bucket is not { Unreachable: null } bucket)
        {
            return Finding.Skip(facts.Bucket?.Unreachable ?? "the bucket could not be looked at");
        }

        if (facts.Configuration("compactor") is not { } configuration || configuration.Duration(Live) is not { } live || configuration.Duration(Compacted) is not { } compacted)
        {
            return Finding.Skip(facts.Unreachable("compactor"));
        }

        // The store's own times are compared by the store's own clock.
        var now = facts.Now + (bucket.Clock ?? TimeSpan.Zero);
        var late = (Polls * (configuration.Duration("storage.trace.blocklist_poll") ?? TimeSpan.FromMinutes(5))) + Slack;
        var overdueLive = live > TimeSpan.Zero ? bucket.LiveBlocks.Where(block => now - block.LastModified > live + late).ToList() : [];
        var overdueCompacted = bucket.CompactedBlocks.Where(block => now - block.LastModified > compacted + late).ToList();
        string[] compactor = ["compactor"];
        var errors = facts.Metric("tempodb_retention_errors_total", compactor) ?? 0;
        var finding = overdueLive.Count > 0
            ? Finding.Warn(
                $"{overdueLive.Count} blocks are older than {Live} ({GoTime.Text(live)}), the oldest {Age(overdueLive, now)}: retention does not take them out of use",
                $"See that a compactor runs and owns them (/compactor/ring) and what its log says of retention ({errors:0} errors). {Live} is spec.retention.global.traces; overrides by tenant go before it.")
            : overdueCompacted.Count > 0 ? Finding.Warn(
                $"{overdueCompacted.Count} blocks were taken out of use more than {Compacted} ({GoTime.Text(compacted)}) ago, the oldest {Age(overdueCompacted, now)}, and are still stored",
                $"See whether the key may delete (`tempocos doctor`, TC203) and what the compactor's log says ({errors:0} errors). The knob is {Compacted}, not block_retention.")
            : Finding.Pass($"no block is overdue: {Count(bucket.LiveBlocks)} in use for {GoTime.Text(live)}, {Count(bucket.CompactedBlocks)} out of use for {GoTime.Text(compacted)}");
        return finding
            .With("block_retention", GoTime.Text(live))
            .With("compacted_block_retention", GoTime.Text(compacted))
            .With("ages_in_use", Histogram(bucket.LiveBlocks, now))
            .With("ages_out_of_use", Histogram(bucket.CompactedBlocks, now))
            .With("listing", bucket.IsWhole ? "whole" : $"the first {bucket.Objects.Count} objects")
            .With("retention_errors", $"{errors:0}");
    }

    private static int Count(IEnumerable<StoredObject> blocks) => blocks.Count();

    private static string Age(IEnumerable<StoredObject> blocks, DateTimeOffset now) => GoTime.Text(now - blocks.Min(block => block.LastModified));

    private static string Histogram(IEnumerable<StoredObject> blocks, DateTimeOffset now)
    {
        (string Text, TimeSpan Below)[] steps = [("< 1 h", TimeSpan.FromHours(1)), ("< 1 d", TimeSpan.FromDays(1)), ("< 7 d", TimeSpan.FromDays(7)), ("< 30 d", TimeSpan.FromDays(30)), ("older", TimeSpan.MaxValue)];
        var groups = blocks.GroupBy(block => Array.FindIndex(steps, step => now - block.LastModified < step.Below)).OrderBy(group => group.Key).ToList();
        return groups.Count == 0 ? "none" : string.Join(", ", groups.Select(group => $"{group.Count()} {steps[group.Key].Text}"));
    }
}
