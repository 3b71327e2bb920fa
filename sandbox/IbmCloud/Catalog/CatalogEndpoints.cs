using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Admin;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ResourceController;

namespace TempoCos.IbmCloud.Catalog;

/// <summary>The part of Global Catalog that is about Cloud Object Storage: entries, and prices of its plans. No token is needed.</summary>
public sealed class CatalogEndpoints(FaultGate faults)
{
    private static readonly (string Id, string Name)[] Plans = [(CosCatalog.StandardPlan, "standard"), (CosCatalog.OneRatePlan, "cos-one-rate-plan"), (CosCatalog.LitePlan, "lite")];

    public async Task HandleAsync(HttpContext context, string[] path)
    {
        try
        {
            await faults.PassAsync(context);
            if (!HttpMethods.IsGet(context.Request.Method))
            {
                throw new ApiException(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", "The method is not served.");
            }

            var answer = path switch
            {
                ["api", "v1"] => List(context.Request.Query["q"].ToString() is "" or CosCatalog.Service ? [Service()] : []),
                ["api", "v1", CosCatalog.ResourceId or CosCatalog.Service] => Service(),
                ["api", "v1", CosCatalog.ResourceId, "plan"] => List([.. Plans.Select(plan => Plan(plan.Id, plan.Name))]),
                ["api", "v1", var id, "deployment"] when IsPlan(id) => List([Deployment(id, "premium-global-deployment"), Deployment(id, "premium-global-deployment-iam")]),
                ["api", "v1", var id, "pricing"] when id.EndsWith(":" + CosCatalog.Location, StringComparison.Ordinal) && IsPlan(id[..id.IndexOf(':', StringComparison.Ordinal)]) =>
                    PriceList.Of(id, context.Request.Query["deployment_region"].ToString()),
                ["api", "v1", var id] when IsPlan(id) => Plan(id, Plans.First(plan => plan.Id == id).Name),
                _ => null,
            };
            await context.WriteJsonAsync(
                StatusCodes.Status200OK,
                answer ?? throw new ApiException(StatusCodes.Status404NotFound, "not_found", "The catalog has no such entry."),
                AdminJson.Default.JsonObject);
        }
        catch (ApiException refusal)
        {
            await GlobalSearchError.WriteAsync(context, refusal);
        }
    }

    private static bool IsPlan(string id) => Plans.Any(plan => plan.Id == id);

    private static JsonObject List(JsonObject[] entries) => new()
    {
        ["offset"] = 0,
        ["limit"] = 50,
        ["count"] = entries.Length,
        ["resource_count"] = entries.Length,
        ["resources"] = new JsonArray([.. entries]),
    };

    private static JsonObject Service() => Entry(CosCatalog.ResourceId, CosCatalog.Service, "iaas");

    private static JsonObject Plan(string id, string name)
    {
        var plan = Entry(id, name, "plan");
        plan["parent_id"] = CosCatalog.ResourceId;
        // The lite plan has been withdrawn.
        plan["active"] = id != CosCatalog.LitePlan;
        return plan;
    }

    private static JsonObject Deployment(string plan, string name)
    {
        var deployment = Entry($"{plan}:{CosCatalog.Location}", name, "deployment");
        deployment["parent_id"] = plan;
        deployment["catalog_crn"] = $"crn:v1:bluemix:public:globalcatalog::::deployment:{plan}%3A{CosCatalog.Location}";
        deployment["metadata"] = new JsonObject { ["rc_compatible"] = true, ["deployment"] = new JsonObject { ["location"] = CosCatalog.Location } };
        deployment["geo_tags"] = new JsonArray(CosCatalog.Location);
        return deployment;
    }

    private static JsonObject Entry(string id, string name, string kind) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["kind"] = kind,
        ["active"] = true,
        ["disabled"] = false,
        ["catalog_crn"] = $"crn:v1:bluemix:public:globalcatalog::::{(kind == "iaas" ? "service" : kind)}:{id}",
    };
}
