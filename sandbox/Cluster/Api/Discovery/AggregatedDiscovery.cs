using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Discovery;

/// <summary>Discovery in one document (apidiscovery.k8s.io), which recent clients ask for first.</summary>
public static class AggregatedDiscovery
{
    public static JsonObject List(IReadOnlyList<ResourceType> types, bool core, string version) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = $"apidiscovery.k8s.io/{version}",
        ["metadata"] = new JsonObject(),
        ["items"] = types.Where(type => type.Group.Length == 0 == core).GroupBy(type => type.Group)
            .Select(group => (JsonNode)new JsonObject
            {
                ["metadata"] = core ? [] : new JsonObject { ["name"] = group.Key },
                ["versions"] = group.GroupBy(type => type.Version).Select(served => (JsonNode)new JsonObject
                {
                    ["version"] = served.Key,
                    ["freshness"] = "Current",
                    ["resources"] = served.Select(type => (JsonNode)Resource(type)).ToJsonArray(),
                }).ToJsonArray(),
            }).ToJsonArray(),
    };

    public static IEnumerable<string> Subresources(ResourceType type) => type.HasStatus ? [.. type.OtherSubresources, "status"] : type.OtherSubresources;

    public static IReadOnlyList<string> SubresourceVerbs(string name) => name switch
    {
        "log" => ["get"],
        "portforward" => ["create", "get"],
        "eviction" => ["create"],
        "token" => ["create"],
        _ => ["get", "patch", "update"],
    };

    private static JsonObject Resource(ResourceType type)
    {
        var resource = new JsonObject
        {
            ["resource"] = type.Plural,
            ["responseKind"] = Kind(type),
            ["scope"] = type.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = type.Singular,
            ["verbs"] = type.Verbs.Select(verb => (JsonNode)verb).ToJsonArray(),
        };
        if (type.ShortNames.Count > 0)
        {
            resource["shortNames"] = type.ShortNames.Select(name => (JsonNode)name).ToJsonArray();
        }

        if (type.Categories.Count > 0)
        {
            resource["categories"] = type.Categories.Select(name => (JsonNode)name).ToJsonArray();
        }

        if (Subresources(type).Any())
        {
            resource["subresources"] = Subresources(type).Select(sub => (JsonNode)new JsonObject
            {
                ["subresource"] = sub,
                ["responseKind"] = sub == "eviction" ? new JsonObject { ["group"] = "policy", ["version"] = "v1", ["kind"] = "Eviction" } : Kind(type),
                ["verbs"] = SubresourceVerbs(sub).Select(verb => (JsonNode)verb).ToJsonArray(),
            }).ToJsonArray();
        }

        return resource;
    }

    private static JsonObject Kind(ResourceType type) => new() { ["group"] = type.Group, ["version"] = type.Version, ["kind"] = type.Kind };
}
