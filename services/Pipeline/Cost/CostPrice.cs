using TempoCos.StorageCost.Prices;

namespace TempoCos.Pipeline.Cost;

/// <summary>A price that was used, and how well it is known.</summary>
internal sealed record CostPrice(string Item, decimal Per, IReadOnlyList<PriceTier> Tiers, string Confidence, string Source)
{
    public static CostPrice Of(Price price) => new(
        price.Item switch { PricedItem.Storage => "storage", PricedItem.ClassA => "classA", PricedItem.ClassB => "classB", _ => "egress" },
        price.Per, price.Tiers, $"{price.Confidence}".ToLowerInvariant(), price.Source);
}
