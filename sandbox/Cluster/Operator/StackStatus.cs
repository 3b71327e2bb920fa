using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Operator.Manifests;

namespace TempoCos.Cluster.Operator;

/// <summary>A TempoStack's status: its pods by component, and conditions of which exactly one is true.</summary>
public sealed class StackStatus(TempoStackView stack, IReadOnlyList<StoredObject> pods, string now)
{
    /// <summary>From the pods: failed if one has, pending if one is missing or not ready, else ready. The gateway's do not count.</summary>
    public JsonObject OfPods()
    {
        var components = Components();
        var counted = TempoComponent.All.Where(component => component != TempoComponent.Gateway).Select(component => components[component.StatusName]).ToList();
        return counted.Exists(phases => phases.At("Failed") is not null || phases.At("Unknown") is not null)
            ? With(components, "Failed", "FailedComponents", "Some Tempo components failed")
            : counted.Exists(phases => phases.At("Pending") is not null || phases.At("Running") is not null) || IsIncomplete()
                ? With(components, "Pending", "PendingComponents", "Some Tempo components are pending on dependencies")
                : With(components, "Ready", "Ready", "All components are operational");
    }

    public JsonObject OfError(ConfigurationException error) => With(Components(), "ConfigurationError", error.Reason, error.Message);

    public JsonObject OfFailure(string message) => With(Components(), "Failed", "FailedReconciliation", message);

    private JsonObject Components()
    {
        var components = new JsonObject();
        foreach (var component in TempoComponent.All)
        {
            if (component != TempoComponent.MetricsGenerator || stack.HasMetricsGenerator)
            {
                components[component.StatusName] = PodPhases.Of(PodsOf(component));
            }
        }

        return components;
    }

    /// <summary>
    /// The real operator has no such rule, and so says Ready for the moment between a Deployment and its pods; a test that waits for Ready
    /// would go on too early.
    /// </summary>
    private bool IsIncomplete() => stack.Components.Any(component => component != TempoComponent.Gateway && PodsOf(component).Count() < (stack.Replicas(component) ?? 1));

    private IEnumerable<StoredObject> PodsOf(TempoComponent component) => pods.Where(pod => pod.Labels.GetValueOrDefault(InstanceLabels.ComponentKey) == component.Name);

    private JsonObject With(JsonObject components, string type, string reason, string message) => new()
    {
        ["operatorVersion"] = OperatorVersion.Number,
        ["tempoVersion"] = OperatorVersion.Tempo,
        ["components"] = components,
        ["conditions"] = Conditions(type, reason, message),
    };

    private JsonArray Conditions(string type, string reason, string message)
    {
        var before = stack.Source.Objects("status", "conditions").Select(condition => condition.Copy()).ToList();
        var same = before.Find(condition => condition.Text("type") == type);
        if (same is not null && same.Text("status") == "True" && same.Text("reason") == reason && same.Text("message") == message)
        {
            return before.ToJsonArray();
        }

        foreach (var other in before)
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
