using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers;

/// <summary>As many pods of the present template as asked for; those of an older one go.</summary>
public sealed class DeploymentController(
    ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ObjectWriter writer, ILogger<DeploymentController> logger)
    : WorkloadController(store, registry, catalog, writer, BuiltInResources.Deployments, logger)
{
    private const string HashLabel = "pod-template-hash";

    protected override void Scale(JsonObject workload, int replicas, IReadOnlyList<StoredObject> pods)
    {
        var template = new PodTemplate(workload, HashLabel);
        var living = pods.Where(pod => !pod.Deleting).ToList();
        foreach (var pod in living.Where(pod => !template.Made(pod.Labels) || HasEnded(pod)).ToList())
        {
            DeletePod(pod);
            living.Remove(pod);
        }

        for (var i = living.Count; i < replicas; i++)
        {
            CreatePod(workload.Text("metadata", "namespace")!, template.Pod($"{workload.Text("metadata", "name")}-{template.Hash}-{RandomName.Suffix()}"));
        }

        foreach (var pod in living.OrderBy(IsReady).Take(living.Count - replicas))
        {
            DeletePod(pod);
        }
    }

    protected override JsonObject Status(JsonObject workload, int replicas, IReadOnlyList<StoredObject> pods)
    {
        var template = new PodTemplate(workload, HashLabel);
        var living = pods.Where(pod => !pod.Deleting).ToList();
        var ready = living.Count(IsReady);
        var complete = ready >= replicas && living.All(pod => template.Made(pod.Labels));
        var status = new JsonObject
        {
            ["observedGeneration"] = workload.Number("metadata", "generation"),
            ["replicas"] = living.Count,
            ["updatedReplicas"] = living.Count(pod => template.Made(pod.Labels)),
            ["readyReplicas"] = ready,
            ["availableReplicas"] = ready,
        };
        if (living.Count > ready)
        {
            status["unavailableReplicas"] = living.Count - ready;
        }

        status["conditions"] = new JsonArray(
            Condition(workload, "Available", ready >= replicas, ready >= replicas ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                ready >= replicas ? "Deployment has minimum availability." : "Deployment does not have minimum availability."),
            Condition(workload, "Progressing", true, complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                complete ? "All pods of the present template are available." : "Pods of the present template are on their way."));
        return status;
    }

    private JsonObject Condition(JsonObject workload, string type, bool value, string reason, string message)
    {
        var before = workload.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);
        var status = value ? "True" : "False";
        var since = before.Text("status") == status ? before.Text("lastTransitionTime") : null;
        return new JsonObject
        {
            ["type"] = type,
            ["status"] = status,
            ["reason"] = reason,
            ["message"] = message,
            ["lastTransitionTime"] = since ?? Now,
            ["lastUpdateTime"] = before.Text("reason") == reason ? before.Text("lastUpdateTime") : Now,
        };
    }
}
