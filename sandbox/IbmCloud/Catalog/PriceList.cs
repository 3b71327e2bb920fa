using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ObjectStorage;
using TempoCos.IbmCloud.ResourceController;

namespace TempoCos.IbmCloud.Catalog;

/// <summary>
/// Prices in the shape of Global Catalog. The amounts are examples, the same everywhere: only the price of the public bandwidth is one that IBM's documentation shows.
/// </summary>
public static class PriceList
{
    private const double Unlimited = 999_999_999;

    private static readonly (string Id, string Unit, string Name, int Quantity, (double Up, double Price)[] Tiers)[] Metrics =
    [
        ("COSSTDSTOR", "STANDARD_STORAGE", "Standard storage per GB-month", 1, [(Unlimited, 0.022)]),
        ("COSSTDACALL", "STANDARD_CLASS_A_CALLS", "Standard Class A requests", 1_000, [(Unlimited, 0.005)]),
        ("COSSTDBCALL", "STANDARD_CLASS_B_CALLS", "Standard Class B requests", 10_000, [(Unlimited, 0.004)]),
        ("COSSTDBAND", "STANDARD_BANDWIDTH", "Standard public outbound bandwidth per GB", 1, [(51_200, 0.09), (153_600, 0.07), (Unlimited, 0.05)]),
        ("COSSMTHSTOR", "SMART_TIER_HOT_STORAGE", "Smart Tier hot storage per GB-month", 1, [(Unlimited, 0.0238)]),
        ("COSSMTCSTOR", "SMART_TIER_COOL_STORAGE", "Smart Tier cool storage per GB-month", 1, [(Unlimited, 0.013)]),
        ("COSSMTDSTOR", "SMART_TIER_COLD_STORAGE", "Smart Tier cold storage per GB-month", 1, [(Unlimited, 0.0072)]),
        ("COSSMTACALL", "SMART_TIER_CLASS_A_CALLS", "Smart Tier Class A requests", 1_000, [(Unlimited, 0.0055)]),
        ("COSSMTBCALL", "SMART_TIER_CLASS_B_CALLS", "Smart Tier Class B requests", 10_000, [(Unlimited, 0.0044)]),
        ("COSSMTBAND", "SMART_TIER_BANDWIDTH", "Smart Tier public outbound bandwidth per GB", 1, [(51_200, 0.09), (153_600, 0.07), (Unlimited, 0.05)]),
        ("COSSMTRETR", "SMART_TIER_RETRIEVAL", "Smart Tier retrieval per GB", 1, [(Unlimited, 0.0)]),
    ];

    /// <summary>The prices of a deployment in a region; without one, the regions that have prices.</summary>
    public static JsonObject Of(string deployment, string region)
    {
        string[] regions = [.. CosLocations.Regional, .. CosLocations.CrossRegion, .. CosLocations.SingleSite];
        var prices = new JsonObject { ["deployment_id"] = deployment, ["deployment_location"] = CosCatalog.Location };
        if (region.Length == 0)
        {
            prices["deployment_regions"] = new JsonArray([.. regions.Select(name => (JsonNode)name)]);
            return prices;
        }

        if (!regions.Contains(region))
        {
            throw new ApiException(StatusCodes.Status404NotFound, "not_found", $"There are no prices for deployment_region {region}.");
        }

        prices["deployment_region"] = region;
        prices["origin"] = "pricing_catalog";
        prices["type"] = "paygo";
        prices["i18n"] = new JsonObject();
        prices["starting_price"] = new JsonObject();
        prices["effective_from"] = "2026-01-01T00:00:00.000Z";
        prices["effective_until"] = "9999-12-31T00:00:00.000Z";
        prices["metrics"] = new JsonArray([.. Metrics.Select(Metric)]);
        return prices;
    }

    private static JsonNode Metric((string Id, string Unit, string Name, int Quantity, (double Up, double Price)[] Tiers) metric) => new JsonObject
    {
        ["part_ref"] = "",
        ["metric_id"] = metric.Id,
        ["tier_model"] = metric.Tiers.Length > 1 ? "Step Tier" : "Linear Tier",
        ["resource_display_name"] = metric.Name,
        ["charge_unit_display_name"] = metric.Unit,
        ["charge_unit_name"] = metric.Unit,
        ["charge_unit"] = metric.Unit,
        ["charge_unit_quantity"] = metric.Quantity,
        ["usage_cap_qty"] = 0,
        ["display_cap"] = 0,
        ["effective_from"] = "2026-01-01T00:00:00.000Z",
        ["effective_until"] = "9999-12-31T00:00:00.000Z",
        ["amounts"] = new JsonArray(new JsonObject
        {
            ["country"] = "USA",
            ["currency"] = "USD",
            ["prices"] = new JsonArray([.. metric.Tiers.Select(tier => (JsonNode)new JsonObject { ["quantity_tier"] = tier.Up, ["price"] = tier.Price })]),
        }),
    };
}
