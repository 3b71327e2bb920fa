using TempoCos.Pipeline.Runs;

namespace TempoCos.Pipeline.Receipts;

/// <summary>What was removed, and what could not be.</summary>
internal sealed record ReceiptCleanUp(bool Kept, IReadOnlyList<string> Removed, IReadOnlyList<ReceiptLeftover> Leftovers)
{
    public static ReceiptCleanUp From(RunRecord run) => new(
        run.Request.Keep && !run.Interrupted,
        [.. run.Removed],
        [.. run.Leftovers.Select(leftover => new ReceiptLeftover(leftover.Kind, leftover.Id, leftover.Reason, leftover.Remedy))]);
}
