using System.Globalization;
using System.Text.Json;

namespace TempoCos.StorageCost.Prices;

/// <summary>
/// A price list of IBM's Global Catalog for one region:
/// <c>{"metrics":[{"charge_unit_name":"STANDARD_CLASS_A_CALLS","charge_unit_quantity":"1000","amounts":[{"country":"USA","currency":"USD","prices":[{"quantity_tier":1,"price":0.005}]}]}]}</c>.
/// A tier ends at its quantity, and the last one holds for all the rest.
/// </summary>
internal static class CatalogPricing
{
    private const decimal BytesPerGigabyte = 1_000_000_000;

    private static readonly Dictionary<string, (PricedItem Item, string Class)> Units = new(StringComparer.Ordinal)
    {
        ["STANDARD_STORAGE"] = (PricedItem.Storage, "standard"),
        ["STANDARD_CLASS_A_CALLS"] = (PricedItem.ClassA, "standard"),
        ["STANDARD_CLASS_B_CALLS"] = (PricedItem.ClassB, "standard"),
        ["STANDARD_BANDWIDTH"] = (PricedItem.Egress, "standard"),
        ["VAULT_STORAGE"] = (PricedItem.Storage, "vault"),
        ["VAULT_CLASS_A_CALLS"] = (PricedItem.ClassA, "vault"),
        ["VAULT_CLASS_B_CALLS"] = (PricedItem.ClassB, "vault"),
        ["VAULT_BANDWIDTH"] = (PricedItem.Egress, "vault"),
        ["COLD_VAULT_STORAGE"] = (PricedItem.Storage, "cold"),
        ["COLD_VAULT_CLASS_A_CALLS"] = (PricedItem.ClassA, "cold"),
        ["COLD_VAULT_CLASS_B_CALLS"] = (PricedItem.ClassB, "cold"),
        ["COLD_VAULT_BANDWIDTH"] = (PricedItem.Egress, "cold"),
        // Smart Tier bills storage by how it was used; what is used every month is hot.
        ["SMART_TIER_HOT_STORAGE"] = (PricedItem.Storage, "smart"),
        ["SMART_TIER_CLASS_A_CALLS"] = (PricedItem.ClassA, "smart"),
        ["SMART_TIER_CLASS_B_CALLS"] = (PricedItem.ClassB, "smart"),
        ["SMART_TIER_BANDWIDTH"] = (PricedItem.Egress, "smart"),
    };

    public static PriceTable Read(JsonElement root, string region, string currency)
    {
        var prices = new List<Price>();
        var currencies = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var metric in root.GetProperty("metrics").EnumerateArray())
        {
            if (Text(metric, "charge_unit_name") is not { } unit || !Units.TryGetValue(unit, out var priced) || prices.Exists(price => (price.Item, price.Class) == priced))
            {
                continue;
            }

            var amounts = metric.TryGetProperty("amounts", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().ToList() : [];
            currencies.UnionWith(amounts.Select(amount => Text(amount, "currency") ?? ""));
            var ofCurrency = amounts.Where(amount => Text(amount, "currency") == currency).ToList();
            if (ofCurrency.Count > 0)
            {
                prices.Add(new Price(priced.Item, priced.Class, [region], Number(metric, "charge_unit_quantity") ?? 1, Tiers(ofCurrency[0], unit), Confidence.Catalog, "Global Catalog", 0));
            }
        }

        return prices.Count > 0
            ? new PriceTable(AsOf(root), currency, BytesPerGigabyte, prices)
            : throw new FormatException(currencies.Count == 0 ? "the price list has no metric of Cloud Object Storage" : $"the price list has nothing in {currency}, only in {string.Join(", ", currencies)}");
    }

    private static DateOnly AsOf(JsonElement root) =>
        DateTimeOffset.TryParse(Text(root, "effective_from"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var from)
            ? DateOnly.FromDateTime(from.UtcDateTime)
            : DateOnly.FromDateTime(DateTime.UtcNow);

    private static List<PriceTier> Tiers(JsonElement amount, string unit)
    {
        var steps = amount.GetProperty("prices").EnumerateArray()
            .Select(price => (UpTo: Number(price, "quantity_tier") ?? 0, Price: Number(price, "price") ?? throw new FormatException($"{unit} has a tier without a price")))
            .OrderBy(step => step.UpTo).ToList();
        return steps.Count > 0
            ? [.. steps.Select((step, i) => new PriceTier(i + 1 < steps.Count ? step.UpTo : null, step.Price))]
            : throw new FormatException($"{unit} has no price");
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // The catalog writes quantities as numbers and as texts.
    private static decimal? Number(JsonElement element, string name) => !element.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDecimal(),
        JsonValueKind.String => decimal.TryParse(value.GetString(), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : null,
        _ => null,
    };
}
