using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Discovery;

/// <summary>Discovery as it has always been: groups, and a list of resources for each version of a group.</summary>
public static class PlainDiscovery
{
    public const string GitVersion = "v1.32.4";

    public static JsonObject Version => new()
    {
        ["major"] = "1",
        ["minor"] = "32",
        ["gitVersion"] = GitVersion,
        ["gitCommit"] = "tempocos",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2025-04-22T15:56:27Z",
        ["goVersion"] = "none",
        ["compiler"] = "none",
        ["platform"] = "tempocos/sandbox",
    };

    public static JsonObject CoreVersions(string host) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = host }),
    };

    public static JsonObject Groups(IReadOnlyList<ResourceType> types) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = types.Where(type => type.Group.Length > 0).Select(type => type.Group).Distinct()
            .Select(group => (JsonNode)GroupBody(types, group)).ToJsonArray(),
    };

    public static JsonObject Group(IReadOnlyList<ResourceType> types, string group)
    {
        var body = GroupBody(types, group);
        body["kind"] = "APIGroup";
        body["apiVersion"] = "v1";
        return body;
    }

    public static JsonObject Resources(IReadOnlyList<ResourceType> types, string group, string version) => new()
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
        ["resources"] = types.Where(type => type.Group == group && type.Version == version).SelectMany(Entries).ToJsonArray(),
    };

    private static JsonObject GroupBody(IReadOnlyList<ResourceType> types, string group)
    {
        var versions = types.Where(type => type.Group == group).Select(type => type.Version).Distinct()
            .Select(version => new JsonObject { ["groupVersion"] = $"{group}/{version}", ["version"] = version }).ToList();
        return new JsonObject
        {
            ["name"] = group,
            ["versions"] = versions.Select(version => (JsonNode)version).ToJsonArray(),
            ["preferredVersion"] = versions[0].DeepClone(),
        };
    }

    private static IEnumerable<JsonNode> Entries(ResourceType type)
    {
        var entry = Entry(type, type.Plural, type.Verbs);
        entry["singularName"] = type.Singular;
        if (type.ShortNames.Count > 0)
        {
            entry["shortNames"] = type.ShortNames.Select(name => (JsonNode)name).ToJsonArray();
        }

        if (type.Categories.Count > 0)
        {
            entry["categories"] = type.Categories.Select(name => (JsonNode)name).ToJsonArray();
        }

        yield return entry;
        foreach (var sub in AggregatedDiscovery.Subresources(type))
        {
            var child = Entry(type, $"{type.Plural}/{sub}", AggregatedDiscovery.SubresourceVerbs(sub));
            if (sub == "eviction")
            {
                (child["group"], child["version"], child["kind"]) = ("policy", "v1", "Eviction");
            }

            yield return child;
        }
    }

    private static JsonObject Entry(ResourceType type, string name, IEnumerable<string> verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = "",
        ["namespaced"] = type.Namespaced,
        ["kind"] = type.Kind,
        ["verbs"] = verbs.Select(verb => (JsonNode)verb).ToJsonArray(),
    };
}
