using TempoCos.Contracts;

namespace TempoCos.Pipeline.Receipts;

/// <summary>What a component of Tempo said of its own requests, at least, by method and status: what a process counted after its last reading is lost.</summary>
internal sealed record ReceiptTempoRequests(string Component, IReadOnlyDictionary<string, long> Requests)
{
    public static ReceiptTempoRequests From(TempoRequests told) => new(told.Component, new SortedDictionary<string, long>(told.Requests, StringComparer.Ordinal));
}
