using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Kubelet;

/// <summary>A pod's status, from its containers' states.</summary>
public static class PodStatus
{
    public static JsonObject Of(JsonObject pod, IReadOnlyList<ContainerState> containers, IReadOnlyList<PortMapping> ports, string startTime, string now)
    {
        var unready = containers.Where(container => !container.Ready).Select(container => container.Name).ToList();
        var phase = containers.All(container => container.Succeeded is true) ? "Succeeded"
            : containers.All(container => container.Succeeded is not null) ? "Failed"
            : containers.All(container => container.Started) ? "Running"
            : "Pending";
        var why = unready.Count == 0 ? null : phase == "Succeeded" ? "PodCompleted" : "ContainersNotReady";
        var message = unready.Count == 0 ? null : $"containers with unready status: [{string.Join(' ', unready)}]";
        return new JsonObject
        {
            ["phase"] = phase,
            ["conditions"] = new JsonArray(
                Condition(pod, "PodScheduled", true, null, null, now),
                Condition(pod, "Initialized", true, null, null, now),
                Condition(pod, "ContainersReady", unready.Count == 0, why, message, now),
                Condition(pod, "Ready", unready.Count == 0, why, message, now)),
            ["hostIP"] = "127.0.0.1",
            ["podIP"] = "127.0.0.1",
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = "127.0.0.1" }),
            ["startTime"] = startTime,
            ["qosClass"] = "BestEffort",
            ["containerStatuses"] = containers.Select(container => (JsonNode)container.ToStatus()).ToJsonArray(),
            // Not Kubernetes': where this pod's ports really are.
            ["localPorts"] = new JsonObject(ports.Where(port => port.Name.Length > 0).DistinctBy(port => port.Name)
                .Select(port => KeyValuePair.Create(port.Name, (JsonNode?)port.LocalPort))),
        };
    }

    private static JsonObject Condition(JsonObject pod, string type, bool value, string? reason, string? message, string now)
    {
        var before = pod.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);
        var status = value ? "True" : "False";
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = status,
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = before.Text("status") == status ? before.Text("lastTransitionTime") : now,
        };
        if (reason is not null)
        {
            condition["reason"] = reason;
            condition["message"] = message;
        }

        return condition;
    }
}
