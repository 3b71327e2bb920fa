namespace TempoCos.StorageCost.Prices;

/// <summary>What something costs in some regions and one storage class.</summary>
/// <param name="Item">What it is.</param>
/// <param name="Class">The storage class as location constraints end in it: standard, smart, vault, cold, onerate_active.</param>
/// <param name="Regions">Regions as the endpoints document names them; <c>*</c> for those that no other price names.</param>
/// <param name="Per">Units that the price is for: 1,000 requests.</param>
/// <param name="Tiers">In the order of their bounds; the last one has none.</param>
/// <param name="Confidence">How well it is known.</param>
/// <param name="Source">By whom, and when.</param>
/// <param name="FreePerStoredGigabyte">Units a month that cost nothing for each gigabyte that is stored.</param>
public sealed record Price(
    PricedItem Item, string Class, IReadOnlyList<string> Regions, decimal Per, IReadOnlyList<PriceTier> Tiers, Confidence Confidence, string Source, decimal FreePerStoredGigabyte)
{
    /// <summary>Of a month's quantity, in units.</summary>
    public decimal Of(decimal quantity, decimal storedGigabytes = 0)
    {
        var left = Math.Max(0, quantity - (FreePerStoredGigabyte * storedGigabytes));
        var (cost, from) = (0m, 0m);
        foreach (var tier in Tiers)
        {
            var part = tier.UpTo is { } bound ? Math.Min(left, bound - from) : left;
            cost += part * tier.Price;
            left -= part;
            from = tier.UpTo ?? from;
        }

        return cost / Per;
    }
}
