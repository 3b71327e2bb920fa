using System.Globalization;
using System.Text.Json;
using TempoCos.Contracts;

namespace TempoCos.StorageCost.Prices;

/// <summary>Reads price tables: this project's own JSON, or a price list of IBM's Global Catalog as it is answered.</summary>
public static class PriceTableReader
{
    private const string Schema = "https://tempocos.dev/schemas/prices-1.json";
    private const int CurrencyLength = 3;
    private const decimal DefaultBytesPerGigabyte = 1_000_000_000;

    /// <summary>Reads a table.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="source">File or address, for errors.</param>
    /// <param name="region">That a price list of the Global Catalog is for, which does not say so itself.</param>
    /// <param name="currency">To choose from the Global Catalog's.</param>
    /// <exception cref="DiagnosticException">TC261: it cannot be used, and why.</exception>
    public static PriceTable Read(ReadOnlyMemory<byte> json, string source, string region = "*", string currency = "USD")
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? throw new FormatException("it is not an object")
                : root.TryGetProperty("metrics", out _) ? CatalogPricing.Read(root, region, currency)
                : ReadTable(root);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or OverflowException or InvalidOperationException)
        {
            throw new DiagnosticException("TC261", source, $"these prices cannot be used: {exception.Message.TrimEnd('.')}", "docs/cost.md shows what a price table looks like.", exception);
        }
    }

    private static PriceTable ReadTable(JsonElement root)
    {
        Known(root, "the table", "schema", "asOf", "currency", "bytesPerGigabyte", "prices");
        if (Text(root, "schema", "the table") is var schema && schema != Schema)
        {
            throw new FormatException($"its schema is '{schema}', not '{Schema}'");
        }

        var asOf = DateOnly.TryParseExact(Text(root, "asOf", "the table"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day : throw new FormatException("asOf is not a day such as 2026-02-19");
        var currency = Text(root, "currency", "the table");
        if (currency.Length != CurrencyLength || !currency.All(char.IsAsciiLetterUpper))
        {
            throw new FormatException($"currency '{currency}' is not a code such as USD");
        }

        var gigabyte = Number(root, "bytesPerGigabyte", "the table") ?? DefaultBytesPerGigabyte;
        if (gigabyte is not (1_000_000_000 or 1_073_741_824))
        {
            throw new FormatException($"bytesPerGigabyte is {gigabyte}, neither 1000000000 nor 1073741824");
        }

        var prices = new List<Price>();
        foreach (var price in Elements(root, "prices", "the table"))
        {
            prices.Add(ReadPrice(price, $"prices[{prices.Count}]"));
        }

        var twice = prices.SelectMany(price => price.Regions.Select(region => (price.Item, price.Class, Region: region))).GroupBy(key => key).FirstOrDefault(same => same.Count() > 1);
        return twice is null
            ? new PriceTable(asOf, currency, gigabyte, prices)
            : throw new FormatException($"there are two prices for {twice.Key.Item} of class {twice.Key.Class} in {twice.Key.Region}");
    }

    private static Price ReadPrice(JsonElement element, string where)
    {
        Known(element, where, "item", "class", "regions", "per", "tiers", "confidence", "source", "freePerStoredGigabyte");
        var item = Text(element, "item", where) switch
        {
            "storage" => PricedItem.Storage,
            "classA" => PricedItem.ClassA,
            "classB" => PricedItem.ClassB,
            "egress" => PricedItem.Egress,
            var other => throw new FormatException($"{where}.item is '{other}', not one of storage, classA, classB, egress"),
        };
        var confidence = element.TryGetProperty("confidence", out _) ? Text(element, "confidence", where) switch
        {
            "unconfirmed" => Confidence.Unconfirmed,
            "recorded" => Confidence.Recorded,
            "documented" => Confidence.Documented,
            "catalog" => Confidence.Catalog,
            "given" => Confidence.Given,
            var other => throw new FormatException($"{where}.confidence is '{other}', not one of unconfirmed, recorded, documented, catalog, given"),
        }
        : Confidence.Given;
        var regions = Elements(element, "regions", where).Select(region => region.GetString() is { Length: > 0 } name ? name : throw new FormatException($"{where}.regions has an empty name")).ToList();
        var tiers = Elements(element, "tiers", where).Select((tier, i) => ReadTier(tier, $"{where}.tiers[{i}]")).ToList();
        if (tiers[^1].UpTo is not null || tiers.SkipLast(1).Any(tier => tier.UpTo is null) || tiers.SkipLast(1).Zip(tiers.SkipLast(1).Skip(1)).Any(pair => pair.First.UpTo >= pair.Second.UpTo))
        {
            throw new FormatException($"{where}.tiers do not rise by upTo to a last one without it");
        }

        return new Price(
            item, Text(element, "class", where), regions, Positive(Number(element, "per", where) ?? 1, $"{where}.per"), tiers, confidence,
            element.TryGetProperty("source", out _) ? Text(element, "source", where) : "", NotNegative(Number(element, "freePerStoredGigabyte", where) ?? 0, $"{where}.freePerStoredGigabyte"));
    }

    private static PriceTier ReadTier(JsonElement element, string where)
    {
        Known(element, where, "upTo", "price");
        var price = Number(element, "price", where) ?? throw new FormatException($"{where} has no price");
        return new PriceTier(Number(element, "upTo", where) is { } bound ? Positive(bound, $"{where}.upTo") : null, NotNegative(price, $"{where}.price"));
    }

    private static void Known(JsonElement element, string where, params string[] names)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{where} is not an object");
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!names.Contains(member.Name, StringComparer.Ordinal))
            {
                throw new FormatException($"{where} has a member '{member.Name}', which is none of {string.Join(", ", names)}");
            }
        }
    }

    private static string Text(JsonElement element, string name, string where) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new FormatException($"{where} has no text '{name}'");

    private static decimal? Number(JsonElement element, string name, string where) =>
        !element.TryGetProperty(name, out var value) ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) ? number
            : throw new FormatException($"{where}.{name} is not a number");

    private static List<JsonElement> Elements(JsonElement element, string name, string where) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
            ? [.. value.EnumerateArray()]
            : throw new FormatException($"{where} has no list '{name}' with anything in it");

    private static decimal Positive(decimal value, string where) => value > 0 ? value : throw new FormatException($"{where} is {value}, not above zero");

    private static decimal NotNegative(decimal value, string where) => value >= 0 ? value : throw new FormatException($"{where} is {value}, below zero");
}
