using TempoCos.Contracts;

namespace TempoCos.Pipeline.Receipts;

/// <summary>Where the blocks stand.</summary>
internal sealed record ReceiptStore(
    string Endpoint, string Bucket, string LocationConstraint, string ServiceInstanceCrn, string ResourceGroup, IReadOnlyList<string> Adopted, DateTimeOffset? BaselineTaken, long? BaselineObjects)
{
    public static ReceiptStore? From(Provisioned? store, Baseline? baseline) => store is null
        ? null
        : new ReceiptStore(
            store.Endpoint, store.Bucket, store.LocationConstraint, store.ServiceInstanceCrn, store.ResourceGroup, [.. store.Adopted], baseline?.Taken.ToDateTimeOffset(), baseline?.Objects);
}
