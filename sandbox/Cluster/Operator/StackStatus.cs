using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Operator;

/// <summary>A TempoStack's status: its pods by component, and conditions of which exactly one is true.</summary>
public static class StackStatus
{
    /// <summary>From the pods: failed if one has, pending if one is missing or not ready, else ready.</summary>
    public static JsonObject OfPods(TempoStackView stack, IReadOnlyList<StoredObject> pods, string now)
    {
        var components = new JsonObject();
        var phases = new List<string>();
        foreach (var component in TempoComponent.All)
        {
            var map = new JsonObject();
            var own = pods.Where(pod => pod.Labels.GetValueOrDefault("app.kubernetes.io/component") == component.Name).ToList();
            foreach (var pod in own)
            {
                var phase = Phase(pod);
                phases.Add(phase);
                ((JsonArray)(map[phase] ??= new JsonArray())).Add(pod.Key.Name);
            }

            if (own.Count < stack.Replicas(component))
            {
                phases.Add("Pending");
            }

            components[component.StatusName] = map;
        }

        return phases.Exists(phase => phase is "Failed" or "Unknown") ? With(stack, components, "Failed", "FailedComponents", "Some Tempo components failed", now)
            : phases.Contains("Pending") ? With(stack, components, "Pending", "PendingComponents", "Some Tempo components are pending on dependencies", now)
            : With(stack, components, "Ready", "Ready", "All components are operational", now);
    }

    public static JsonObject OfError(TempoStackView stack, ConfigurationException error, string now) =>
        With(stack, stack.Source.At("status", "components")?.DeepClone() as JsonObject ?? [], "ConfigurationError", error.Reason, error.Message, now);

    private static string Phase(StoredObject pod)
    {
        var content = pod.ToObject();
        var phase = content.Text("status", "phase") ?? "Pending";
        return phase == "Running" && !ServiceTargets.IsReady(content) ? "Pending" : phase;
    }

    private static JsonObject With(TempoStackView stack, JsonObject components, string type, string reason, string message, string now) => new()
    {
        ["operatorVersion"] = TempoStackView.OperatorVersion,
        ["tempoVersion"] = TempoStackView.TempoVersion,
        ["tempoQueryVersion"] = TempoStackView.JaegerVersion,
        ["components"] = components,
        ["conditions"] = Conditions(stack.Source, type, reason, message, now),
    };

    private static JsonArray Conditions(JsonObject stack, string type, string reason, string message, string now)
    {
        var before = stack.Objects("status", "conditions").Select(condition => condition.Copy()).ToList();
        var same = before.Find(condition => condition.Text("type") == type);
        if (same is not null && same.Text("status") == "True" && same.Text("reason") == reason && same.Text("message") == message)
        {
            return before.ToJsonArray();
        }

        foreach (var other in before.Where(condition => condition.Text("status") == "True"))
        {
            other["status"] = "False";
            other["lastTransitionTime"] = now;
        }

        var condition = same ?? [];
        condition["type"] = type;
        condition["status"] = "True";
        condition["reason"] = reason;
        condition["message"] = message;
        condition["lastTransitionTime"] = now;
        return (same is null ? before.Append(condition) : before).ToJsonArray();
    }
}
