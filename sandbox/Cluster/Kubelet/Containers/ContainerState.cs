using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>Where a container stands, as <c>containerStatuses</c> shows it.</summary>
public sealed record ContainerState
{
    public required string Name { get; init; }

    public string Image { get; init; } = "";

    public int Restarts { get; init; }

    public bool Ready { get; init; }

    /// <summary>Whether it has ever run.</summary>
    public bool Started { get; init; }

    public int? ProcessId { get; init; }

    /// <summary>The present state: one of waiting, running, terminated.</summary>
    public JsonObject Now { get; init; } = Waiting("ContainerCreating");

    /// <summary>How the run before ended.</summary>
    public JsonObject? Before { get; init; }

    /// <summary>Set when the container has ended for good: whether well.</summary>
    public bool? Succeeded { get; init; }

    public static JsonObject Waiting(string reason, string? message = null)
    {
        var waiting = new JsonObject { ["reason"] = reason };
        if (message is not null)
        {
            waiting["message"] = message;
        }

        return new JsonObject { ["waiting"] = waiting };
    }

    public static JsonObject Running(string since) => new() { ["running"] = new JsonObject { ["startedAt"] = since } };

    public static JsonObject Terminated(int exitCode, string since, string until) => new()
    {
        ["terminated"] = new JsonObject
        {
            ["exitCode"] = exitCode,
            ["reason"] = exitCode == 0 ? "Completed" : "Error",
            ["startedAt"] = since,
            ["finishedAt"] = until,
        },
    };

    public JsonObject ToStatus() => new()
    {
        ["name"] = Name,
        ["image"] = Image,
        ["imageID"] = "",
        ["containerID"] = ProcessId is { } pid ? $"process://{pid}" : "",
        ["ready"] = Ready,
        ["started"] = Now.ContainsKey("running"),
        ["restartCount"] = Restarts,
        ["state"] = Now.DeepClone(),
        ["lastState"] = Before?.DeepClone() ?? new JsonObject(),
    };
}
