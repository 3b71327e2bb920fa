namespace TempoCos.Pipeline.Receipts;

/// <summary>Sums over all stages.</summary>
internal sealed record ReceiptUsageTotal(long ClassA, long ClassB, long Free, long BytesSent, long BytesReceived)
{
    public static ReceiptUsageTotal Of(IReadOnlyList<ReceiptUsage> measured) => new(
        measured.Sum(usage => usage.ClassA), measured.Sum(usage => usage.ClassB), measured.Sum(usage => usage.Free), measured.Sum(usage => usage.BytesSent), measured.Sum(usage => usage.BytesReceived));
}
