using TempoCos.StorageCost.Prices;

namespace TempoCos.StorageCost.Projection;

/// <summary>What a month costs, line by line.</summary>
/// <param name="Lines">Activities, then storage and egress.</param>
/// <param name="Prices">That were used, as far as there are quantities.</param>
/// <param name="Currency">Of every amount.</param>
public sealed record MonthlyBill(IReadOnlyList<BillLine> Lines, IReadOnlyList<Price> Prices, string Currency)
{
    private static readonly Price NothingOfPrivateTraffic =
        new(PricedItem.Egress, "", [], 1, [new PriceTier(null, 0)], Confidence.Documented, "Traffic by private and direct endpoints is free", 0);

    /// <summary>Sum of the lines.</summary>
    public decimal Total => Lines.Sum(line => line.Cost);

    /// <summary>The bill of a workload.</summary>
    /// <param name="load">What is asked.</param>
    /// <param name="table">Prices.</param>
    /// <param name="region">Of the bucket.</param>
    /// <param name="storageClass">Of the bucket.</param>
    /// <param name="isPublic">Whether traffic goes by the public endpoint.</param>
    /// <exception cref="Contracts.DiagnosticException">TC262: there is no price for something that the workload needs.</exception>
    public static MonthlyBill Of(TempoWorkload load, PriceTable table, string region, string storageClass, bool isPublic)
    {
        var activities = TempoProjection.Of(load);
        var stored = TempoProjection.StoredBytes(load) / table.BytesPerGigabyte;
        var egress = load.EgressBytes / table.BytesPerGigabyte;
        var (a, b) = (table.Find(PricedItem.ClassA, region, storageClass), table.Find(PricedItem.ClassB, region, storageClass));
        var lines = new List<BillLine>();
        // What is free of charge, and what a tier makes cheaper, is shared by all lines alike.
        var rateA = Rate(a, activities.Sum(activity => (decimal)activity.ClassA), stored);
        var rateB = Rate(b, activities.Sum(activity => (decimal)activity.ClassB), stored);
        lines.AddRange(activities.Select(activity => new BillLine(
            activity.Component, activity.Activity, activity.ClassA, activity.ClassB, activity.Free, 0, ((decimal)activity.ClassA * rateA) + ((decimal)activity.ClassB * rateB), activity.Basis, activity.Detail)));
        var prices = new List<Price> { a, b };
        if (stored > 0)
        {
            var storage = table.Find(PricedItem.Storage, region, storageClass);
            prices.Add(storage);
            lines.Add(new BillLine("bucket", "store blocks", 0, 0, 0, stored, storage.Of(stored), Basis.Derived, "live blocks, all month; those that are out of use and wait for their deletion come on top"));
        }

        if (egress > 0)
        {
            var traffic = isPublic ? table.Find(PricedItem.Egress, region, storageClass) : NothingOfPrivateTraffic;
            prices.Add(traffic);
            lines.Add(new BillLine("bucket", "traffic out", 0, 0, 0, egress, traffic.Of(egress, stored), Basis.Derived, isPublic ? "by the public endpoint" : traffic.Source));
        }

        return new MonthlyBill(lines, prices, table.Currency);
    }

    private static decimal Rate(Price price, decimal quantity, decimal stored) => quantity > 0 ? price.Of(quantity, stored) / quantity : 0;
}
