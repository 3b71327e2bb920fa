using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>Where a container stands, as <c>containerStatuses</c> shows it.</summary>
public sealed record ContainerState
{
    public required string Name { get; init; }

    public string Image { get; init; } = "";

    public string ImageId { get; init; } = "";

    /// <summary>Id of the present run, or of the last one.</summary>
    public string Id { get; init; } = "";

    public int Restarts { get; init; }

    public bool Ready { get; init; }

    /// <summary>Whether the present run has passed its startup probe.</summary>
    public bool Started { get; init; }

    /// <summary>Whether it has ever run.</summary>
    public bool HasRun { get; init; }

    /// <summary>The present state: one of waiting, running, terminated.</summary>
    public JsonObject Now { get; init; } = Waiting("ContainerCreating");

    /// <summary>How the run before ended.</summary>
    public JsonObject? Before { get; init; }

    /// <summary>Set when the container has ended for good: whether well.</summary>
    public bool? Succeeded { get; init; }

    public bool IsRunning => Now.ContainsKey("running");

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

    public static JsonObject Terminated(int exitCode, string reason, string? message, string id, string since, string until)
    {
        var terminated = new JsonObject { ["exitCode"] = exitCode, ["reason"] = reason, ["startedAt"] = since, ["finishedAt"] = until, ["containerID"] = id };
        if (message is { Length: > 0 })
        {
            terminated["message"] = message;
        }

        return new JsonObject { ["terminated"] = terminated };
    }

    public JsonObject ToStatus() => new()
    {
        ["name"] = Name,
        ["image"] = Image,
        ["imageID"] = ImageId,
        ["containerID"] = Id,
        ["ready"] = Ready,
        ["started"] = Started && IsRunning,
        ["restartCount"] = Restarts,
        ["state"] = Now.DeepClone(),
        ["lastState"] = Before?.DeepClone() ?? new JsonObject(),
    };
}
