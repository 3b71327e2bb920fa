using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>How much of what a quota limits one object, or a namespace, uses.</summary>
public static class QuotaUsage
{
    private const string StorageClassSuffix = ".storageclass.storage.k8s.io/";

    private static readonly string[] Counted =
        ["pods", "services", "secrets", "configmaps", "persistentvolumeclaims", BuiltInResources.Quotas];

    public static Quantity Of(ObjectStore store, string ns, string limit) =>
        ResourceOf(limit) is { } resource
            ? store.List(resource, ns).Objects.Aggregate(Quantity.Zero, (sum, stored) => sum + Of(resource, stored.ToObject(), limit))
            : Quantity.Zero;

    public static Quantity Of(string resource, JsonObject one, string limit)
    {
        if (ResourceOf(limit) != resource || (resource == BuiltInResources.Pods && one.Text("status", "phase") is "Succeeded" or "Failed" && !limit.StartsWith("count/", StringComparison.Ordinal)))
        {
            return Quantity.Zero;
        }

        if (limit.StartsWith("count/", StringComparison.Ordinal) || Counted.Contains(limit))
        {
            return new Quantity(1, Binary: false);
        }

        var at = limit.IndexOf(StorageClassSuffix, StringComparison.Ordinal);
        if (at > 0)
        {
            return one.Text("spec", "storageClassName") != limit[..at] ? Quantity.Zero
                : limit.EndsWith("persistentvolumeclaims", StringComparison.Ordinal) ? new Quantity(1, Binary: false)
                : Quantity.Parse(one.At("spec", "resources", "requests", "storage"));
        }

        switch (limit)
        {
            case "requests.storage":
                return Quantity.Parse(one.At("spec", "resources", "requests", "storage"));
            case "services.loadbalancers":
                return new Quantity(one.Text("spec", "type") == "LoadBalancer" ? 1 : 0, Binary: false);
            case "services.nodeports":
                return new Quantity(one.Text("spec", "type") is "LoadBalancer" or "NodePort" ? one.Objects("spec", "ports").Count() : 0, Binary: false);
            default:
                var (list, name) = Compute(limit);
                return one.Objects("spec", "containers").Aggregate(Quantity.Zero, (sum, container) => sum + Quantity.Parse(container.At("resources", list, name)));
        }
    }

    /// <summary>The containers that leave open what a quota counts.</summary>
    public static IReadOnlyList<string> Unspecified(string resource, JsonObject one, string limit)
    {
        if (resource != BuiltInResources.Pods || ResourceOf(limit) != resource || limit == "pods" || limit.StartsWith("count/", StringComparison.Ordinal))
        {
            return [];
        }

        var (list, name) = Compute(limit);
        return [.. one.Objects("spec", "containers").Where(container => container.At("resources", list, name) is null).Select(container => container.Text("name") ?? "")];
    }

    private static (string List, string Name) Compute(string limit) => limit.Split('.', 2) switch
    {
        ["limits", var name] => ("limits", name),
        ["requests", var name] => ("requests", name),
        _ => ("requests", limit),
    };

    /// <summary>The group-resource whose objects count, or null for what is not known here.</summary>
    private static string? ResourceOf(string limit)
    {
        if (limit.StartsWith("count/", StringComparison.Ordinal))
        {
            return limit["count/".Length..];
        }

        return Counted.Contains(limit) ? limit
            : limit == "requests.storage" || limit.Contains(StorageClassSuffix, StringComparison.Ordinal) ? BuiltInResources.Claims
            : limit.StartsWith("services.", StringComparison.Ordinal) ? BuiltInResources.Services
            : limit is "cpu" or "memory" or "ephemeral-storage" || limit.StartsWith("requests.", StringComparison.Ordinal) || limit.StartsWith("limits.", StringComparison.Ordinal) ? BuiltInResources.Pods
            : null;
    }
}
