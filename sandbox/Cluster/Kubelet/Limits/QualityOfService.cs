using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Kubelet.Limits;

/// <summary>A pod's <c>qosClass</c>, from the cpu and memory of all its containers.</summary>
public static class QualityOfService
{
    private static readonly string[] Counted = ["cpu", "memory"];

    public static string Of(JsonObject pod)
    {
        var containers = pod.Objects("spec", "initContainers").Concat(pod.Objects("spec", "containers")).ToList();
        return containers.All(container => Counted.All(name => Amount(container, "limits", name) is { } limit && (Amount(container, "requests", name) ?? limit) == limit)) ? "Guaranteed"
            : containers.Any(container => Counted.Any(name => Amount(container, "limits", name) is > 0 || Amount(container, "requests", name) is > 0)) ? "Burstable"
            : "BestEffort";
    }

    private static decimal? Amount(JsonObject container, string kind, string name) => Quantity.Parse(container.At("resources", kind, name)).Value is > 0 and var value ? value : null;
}
