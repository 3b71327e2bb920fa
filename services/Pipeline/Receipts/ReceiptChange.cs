using TempoCos.Contracts;

namespace TempoCos.Pipeline.Receipts;

/// <summary>What was changed in place after the first climb: fields before and now, and the pods that came with it.</summary>
internal sealed record ReceiptChange(IReadOnlyDictionary<string, string> Before, IReadOnlyDictionary<string, string> Now, IReadOnlyList<string> Pods, string TempoVersion)
{
    public static ReceiptChange From(Changed changed) => new(
        new SortedDictionary<string, string>(changed.Before, StringComparer.Ordinal), new SortedDictionary<string, string>(changed.Now, StringComparer.Ordinal), [.. changed.Pods], changed.TempoVersion);
}
