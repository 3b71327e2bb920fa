using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Operator.Monolithic;

/// <summary>A TempoMonolithic's status: four conditions that are always there, several of which may be true.</summary>
public sealed class MonolithicStatus(JsonObject instance, JsonObject? workload, IReadOnlyList<StoredObject> pods, string now)
{
    public JsonObject Create(ConfigurationException? error, string? failure)
    {
        var phases = Phases();
        var pending = phases.At("Pending") is not null || phases.At("Running") is not null;
        var failed = (error is null && failure is not null) || phases.At("Failed") is not null;
        var conditions = new JsonArray
        {
            (JsonNode)Condition("Pending", pending, "PendingComponents", "Some Tempo components are pending on dependencies"),
            error is null ? Off("ConfigurationError", "InvalidStorageConfig") : Condition("ConfigurationError", true, error.Reason, error.Message),
            error is null && failure is not null ? Condition("Failed", true, "FailedReconciliation", failure)
                : failed ? Condition("Failed", true, "FailedComponents", "Some Tempo components failed")
                : Off("Failed", "FailedComponents"),
            Condition("Ready", !pending && !failed && error is null, "Ready", "All components are operational"),
        };
        return new JsonObject
        {
            ["operatorVersion"] = OperatorVersion.Number,
            ["tempoVersion"] = OperatorVersion.Tempo,
            ["components"] = new JsonObject { ["tempo"] = phases },
            ["conditions"] = conditions,
        };
    }

    /// <summary>While the StatefulSet has too few ready replicas its own name is what is pending.</summary>
    private JsonObject Phases() =>
        workload is not null && (workload.Number("status", "readyReplicas") ?? 0) < (workload.Number("spec", "replicas") ?? 1)
            ? new JsonObject { ["Pending"] = new JsonArray(workload.Text("metadata", "name")) }
            : PodPhases.Of(pods);

    private JsonObject Off(string type, string reason)
    {
        var before = Before(type);
        return Condition(type, false, before.Text("reason") ?? reason, before.Text("message") ?? "");
    }

    private JsonObject Condition(string type, bool status, string reason, string message)
    {
        var text = status ? "True" : "False";
        var before = Before(type);
        return new JsonObject
        {
            ["type"] = type,
            ["status"] = text,
            ["reason"] = reason,
            ["message"] = message,
            ["lastTransitionTime"] = before.Text("status") == text ? before.Text("lastTransitionTime") ?? now : now,
        };
    }

    private JsonObject? Before(string type) => instance.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);
}
