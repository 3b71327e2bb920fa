using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Operator;

/// <summary>Pods by the state that the operator's status names: Running is one that is not yet Ready.</summary>
public static class PodPhases
{
    public static JsonObject Of(IEnumerable<StoredObject> pods)
    {
        var phases = new JsonObject();
        foreach (var pod in pods)
        {
            ((JsonArray)(phases[Of(pod.ToObject())] ??= new JsonArray())).Add(pod.Key.Name);
        }

        return phases;
    }

    private static string Of(JsonObject pod) => pod.Text("status", "phase") switch
    {
        "Running" => pod.Objects("status", "containerStatuses").All(container => container.Flag("ready")) ? "Ready" : "Running",
        "Failed" => "Failed",
        "Succeeded" => "Succeeded",
        "Pending" or null => "Pending",
        _ => "Unknown",
    };
}
