using System.Text.Json.Nodes;
using TempoCos.IbmCloud.Faults;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.Traffic;

namespace TempoCos.IbmCloud.ObjectStorage;

/// <summary>The document that lists every location's endpoints; here all of them are this emulator, with scheme and port.</summary>
public sealed class EndpointsDocument(FaultGate faults)
{
    private static readonly string[] Kinds = ["public", "private", "direct"];

    public async Task HandleAsync(HttpContext context, string[] path)
    {
        try
        {
            await faults.PassAsync(context);
            if (path is not ["v2", "endpoints"])
            {
                throw new ApiException(StatusCodes.Status404NotFound, "not_found", "The requested path does not exist.");
            }

            await WriteAsync(context);
        }
        catch (ApiException refusal)
        {
            Exchange.Of(context).Code = refusal.Code;
            await context.WriteJsonAsync(refusal.Status, new JsonObject { ["code"] = refusal.Code, ["message"] = refusal.Message }, IamJson.Default.JsonObject);
        }
    }

    private static Task WriteAsync(HttpContext context)
    {
        var self = $"{context.Request.Scheme}://{context.Request.Host}";
        return context.WriteJsonAsync(
            StatusCodes.Status200OK,
            new JsonObject
            {
                ["identity-endpoints"] = new JsonObject { ["iam-token"] = self + "/_/iam", ["iam-policy"] = self + "/_/iam" },
                ["service-endpoints"] = new JsonObject
                {
                    ["cross-region"] = Locations(CosLocations.CrossRegion, location => [location + "-geo", .. CosLocations.Metros[location]], self),
                    ["regional"] = Locations(CosLocations.Regional, location => [location], self),
                    ["single-site"] = Locations(CosLocations.SingleSite, location => [location], self),
                },
                ["resource-configuration-endpoints"] = new JsonObject { ["global"] = Visibilities(() => JsonValue.Create(self + "/_/config/v1")) },
            },
            IamJson.Default.JsonObject);
    }

    private static JsonObject Locations(string[] locations, Func<string, string[]> names, string self) =>
        new(locations.Select(location => KeyValuePair.Create<string, JsonNode?>(
            location, Visibilities(() => new JsonObject(names(location).Select(name => KeyValuePair.Create<string, JsonNode?>(name, self)))))));

    private static JsonObject Visibilities(Func<JsonNode> value) => new(Kinds.Select(visibility => KeyValuePair.Create<string, JsonNode?>(visibility, value())));
}
