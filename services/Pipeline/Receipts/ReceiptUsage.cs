using TempoCos.Pipeline.Runs;

namespace TempoCos.Pipeline.Receipts;

/// <summary>Requests to the object store as they left a service in a stage, and bytes of their bodies.</summary>
internal sealed record ReceiptUsage(string Stage, string Service, long ClassA, long ClassB, long Free, long BytesSent, long BytesReceived, IReadOnlyDictionary<string, long> Operations)
{
    public static ReceiptUsage From(StageUsage used) => new(
        used.Stage, used.Service, used.Usage.ClassA, used.Usage.ClassB, used.Usage.Free, used.Usage.BytesSent, used.Usage.BytesReceived, new SortedDictionary<string, long>(used.Usage.Operations, StringComparer.Ordinal));
}
