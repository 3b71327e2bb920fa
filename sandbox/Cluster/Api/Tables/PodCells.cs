using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Tables;

/// <summary>What the columns of pods say.</summary>
public static class PodCells
{
    public static string Status(JsonObject pod)
    {
        var phase = pod.Text("status", "phase");
        if (pod.At("metadata", "deletionTimestamp") is not null && phase is not ("Succeeded" or "Failed"))
        {
            return "Terminating";
        }

        var reason = pod.Text("status", "reason") ?? phase ?? "Unknown";
        if (Initializing(pod) is { } initializing)
        {
            return initializing;
        }

        var running = false;
        foreach (var status in pod.Objects("status", "containerStatuses").Reverse())
        {
            if (status.Text("state", "waiting", "reason") is { Length: > 0 } waiting)
            {
                reason = waiting;
            }
            else if (status.At("state", "terminated") is { } terminated)
            {
                reason = Ended(terminated);
            }
            else
            {
                running |= status.Flag("ready") && status.At("state", "running") is not null;
            }
        }

        var ready = pod.Objects("status", "conditions").Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");
        return reason == "Completed" && running ? ready ? "Running" : "NotReady" : reason;
    }

    public static string Restarts(JsonObject pod, Func<string?, string> age)
    {
        var statuses = pod.Objects("status", "containerStatuses").ToList();
        var count = statuses.Sum(status => status.Number("restartCount") ?? 0);
        var last = statuses.Select(status => status.Text("lastState", "terminated", "finishedAt")).Where(time => time is not null).Order(StringComparer.Ordinal).LastOrDefault();
        return count > 0 && last is not null ? $"{count} ({age(last)} ago)" : $"{count}";
    }

    private static string? Initializing(JsonObject pod)
    {
        var statuses = pod.Objects("status", "initContainerStatuses").ToList();
        for (var index = 0; index < statuses.Count; index++)
        {
            var status = statuses[index];
            if (status.Number("state", "terminated", "exitCode") == 0 || (status.Flag("started") && status.Flag("ready")))
            {
                continue;
            }

            return status.At("state", "terminated") is { } terminated ? $"Init:{Ended(terminated)}"
                : status.Text("state", "waiting", "reason") is { Length: > 0 } waiting and not "PodInitializing" ? $"Init:{waiting}"
                : $"Init:{index}/{pod.Objects("spec", "initContainers").Count()}";
        }

        return null;
    }

    private static string Ended(JsonNode? terminated) =>
        terminated.Text("reason") is { Length: > 0 } reason ? reason
        : terminated.Number("signal") is > 0 and var signal ? $"Signal:{signal}"
        : $"ExitCode:{terminated.Number("exitCode")}";
}
