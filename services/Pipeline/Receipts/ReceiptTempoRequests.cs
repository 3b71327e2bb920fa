using TempoCos.Contracts;

namespace TempoCos.Pipeline.Receipts;

/// <summary>What a component of Tempo said of its own requests since it was started, by method and status.</summary>
internal sealed record ReceiptTempoRequests(string Component, IReadOnlyDictionary<string, long> Requests)
{
    public static ReceiptTempoRequests From(TempoRequests told) => new(told.Component, new SortedDictionary<string, long>(told.Requests, StringComparer.Ordinal));
}
