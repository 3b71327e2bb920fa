using TempoCos.Contracts;

namespace TempoCos.StorageCost.Prices;

/// <summary>A dated list of prices. docs/cost.md has its JSON.</summary>
/// <param name="AsOf">The day that it speaks of.</param>
/// <param name="Currency">Of every price: an ISO 4217 code.</param>
/// <param name="BytesPerGigabyte">What its gigabyte is.</param>
/// <param name="Prices">Of all items, classes and regions that it knows.</param>
public sealed record PriceTable(DateOnly AsOf, string Currency, decimal BytesPerGigabyte, IReadOnlyList<Price> Prices)
{
    private const string Anywhere = "*";

    /// <summary>The table of this version; it says of each figure how well it is known.</summary>
    public static PriceTable BuiltIn { get; } = ReadBuiltIn();

    /// <summary>The price of an item.</summary>
    /// <exception cref="DiagnosticException">TC262: the table has none.</exception>
    public Price Find(PricedItem item, string region, string storageClass) =>
        TryFind(item, region, storageClass) ?? throw new DiagnosticException(
            "TC262",
            $"{item} in {region}, class {storageClass}",
            $"the prices of {AsOf:yyyy-MM-dd} have none for it",
            $"Give your own with --prices FILE or --prices catalog; known classes are {string.Join(", ", Prices.Select(price => price.Class).Distinct())}.");

    /// <summary>The price of an item; null when the table has none.</summary>
    public Price? TryFind(PricedItem item, string region, string storageClass)
    {
        var ofClass = Prices.Where(price => price.Item == item && price.Class == storageClass).ToList();
        return ofClass.Find(price => price.Regions.Contains(region, StringComparer.Ordinal)) ?? ofClass.Find(price => price.Regions.Contains(Anywhere, StringComparer.Ordinal));
    }

    private static PriceTable ReadBuiltIn()
    {
        using var stream = typeof(PriceTable).Assembly.GetManifestResourceStream("prices.json")!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return PriceTableReader.Read(content.ToArray(), "prices.json");
    }
}
