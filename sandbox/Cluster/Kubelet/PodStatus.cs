using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Limits;

namespace TempoCos.Cluster.Kubelet;

/// <summary>A pod's status, from its containers' states.</summary>
public static class PodStatus
{
    private const string Loopback = "127.0.0.1";

    public static JsonObject Of(
        JsonObject pod, IReadOnlyList<ContainerState> initial, IReadOnlyList<ContainerState> containers, PodFailure? failure, string startTime, string now)
    {
        var uninitialized = initial.Where(container => container.Succeeded is not true && !(container.Started && container.IsRunning)).Select(container => container.Name).ToList();
        var unready = containers.Where(container => !container.Ready).Select(container => container.Name).ToList();
        var phase = Phase(initial, containers, failure);
        var isOver = phase is "Succeeded" or "Failed";
        var initialized = uninitialized.Count == 0 || containers.Any(container => container.HasRun);
        var why = isOver ? phase == "Succeeded" ? "PodCompleted" : "PodFailed" : unready.Count == 0 ? null : "ContainersNotReady";
        var message = isOver || unready.Count == 0 ? null : $"containers with unready status: [{string.Join(' ', unready)}]";
        var status = new JsonObject
        {
            ["phase"] = phase,
            ["conditions"] = new JsonArray(
                Condition(pod, "PodReadyToStartContainers", !isOver, null, null, now),
                Condition(pod, "Initialized", initialized, initialized ? phase == "Succeeded" ? "PodCompleted" : null : "ContainersNotInitialized",
                    initialized ? null : $"containers with incomplete status: [{string.Join(' ', uninitialized)}]", now),
                Condition(pod, "Ready", !isOver && unready.Count == 0, why, message, now),
                Condition(pod, "ContainersReady", !isOver && unready.Count == 0, why, message, now),
                Condition(pod, "PodScheduled", true, null, null, now)),
            ["hostIP"] = Loopback,
            ["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = Loopback }),
            ["podIP"] = Loopback,
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = Loopback }),
            ["startTime"] = startTime,
            ["qosClass"] = QualityOfService.Of(pod),
            ["containerStatuses"] = containers.Select(container => (JsonNode)container.ToStatus()).ToJsonArray(),
        };
        if (initial.Count > 0)
        {
            status["initContainerStatuses"] = initial.Select(container => (JsonNode)container.ToStatus()).ToJsonArray();
        }

        if (failure is not null)
        {
            status["reason"] = failure.Reason;
            status["message"] = failure.Message;
        }

        return status;
    }

    private static string Phase(IReadOnlyList<ContainerState> initial, IReadOnlyList<ContainerState> containers, PodFailure? failure) =>
        failure is not null && containers.All(container => !container.IsRunning) ? "Failed"
        : initial.Any(container => container.Succeeded is false) ? "Failed"
        : containers.All(container => container.Succeeded is true) ? "Succeeded"
        : containers.All(container => container.Succeeded is not null) ? "Failed"
        : containers.All(container => container.HasRun) ? "Running"
        : "Pending";

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
        }

        if (message is not null)
        {
            condition["message"] = message;
        }

        return condition;
    }
}
