using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Controllers.Scheduling;

/// <summary>What a pod asks of its node: its containers together, or its largest init container.</summary>
public static class PodRequests
{
    public static decimal Of(JsonObject pod, string resource)
    {
        var together = pod.Objects("spec", "containers").Sum(container => Of(container.At("resources"), resource));
        return Math.Max(together, pod.Objects("spec", "initContainers").Select(container => Of(container.At("resources"), resource)).DefaultIfEmpty().Max());
    }

    /// <summary>Who states only a limit requests as much.</summary>
    private static decimal Of(JsonNode? resources, string resource) =>
        (Quantity.Find(resources.At("requests", resource)) ?? Quantity.Parse(resources.At("limits", resource))).Value;
}
