using System.Text.Json;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Receipts;

/// <summary>What came of a clean-up by itself, which leaves no receipt.</summary>
internal sealed record DestroyedDocument(int ExitCode, string Summary, IReadOnlyList<ReceiptLeftover> Leftovers)
{
    public static DestroyedDocument From(RunFinished finished) => new(
        finished.ExitCode,
        finished.Summary,
        [.. finished.Leftovers.Select(leftover => new ReceiptLeftover(leftover.Kind, leftover.Id, leftover.Reason, leftover.Remedy))]);

    public string ToJson() => JsonSerializer.Serialize(this, ReceiptJson.Default.DestroyedDocument);
}
