using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>What the API server adds of its own just before it stores something: what it begins as, and what only the server can say.</summary>
public static class Completion
{
    public static void Apply(ResourceType type, JsonObject given, JsonObject? live)
    {
        switch (type.Resource)
        {
            case BuiltInResources.Namespaces:
                given.Ensure("spec")["finalizers"] ??= new JsonArray("kubernetes");
                given.Ensure("status")["phase"] ??= "Active";
                break;
            case BuiltInResources.Services:
                Service(given, live);
                break;
            case BuiltInResources.Pods when live is null:
                PodDefaults.Begin(given);
                break;
            case BuiltInResources.Jobs:
                WorkloadDefaults.SelectPods(given, live);
                break;
            case BuiltInResources.Claims:
                given.Ensure("status")["phase"] ??= "Pending";
                break;
            default:
                break;
        }
    }

    private static void Service(JsonObject given, JsonObject? live)
    {
        var spec = given.Ensure("spec");
        given.Ensure("status", "loadBalancer");
        if (spec.Text("type") == "ExternalName")
        {
            foreach (var field in live is null || live.Text("spec", "type") == "ExternalName" ? [] : (string[])["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"])
            {
                // Of what it was before.
                spec.Remove(field);
            }

            return;
        }

        if (spec.Text("clusterIP") is null or "" && live.Text("spec", "clusterIP") is { } address)
        {
            spec["clusterIP"] = address;
        }

        spec["clusterIPs"] ??= new JsonArray(spec.Text("clusterIP"));
        if (spec.At("clusterIPs") is JsonArray { Count: > 0 } addresses && live is not null && addresses[0].Text() == live.Text("spec", "clusterIP"))
        {
            // Who changes one of them means both.
            addresses[0] = spec.Text("clusterIP");
        }

        spec["ipFamilies"] ??= new JsonArray("IPv4");
        spec["ipFamilyPolicy"] ??= "SingleStack";
    }
}
