using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.Deployments;

/// <summary>As many pods of one template as asked for.</summary>
public sealed class ReplicaSetController(ControllerContext context, Ownership ownership, PodControl pods, ILogger<ReplicaSetController> logger)
    : Controller(context.Store, logger)
{
    private const string Component = "replicaset-controller";
    private const string DeletionCost = "controller.kubernetes.io/pod-deletion-cost";
    private const string ReplicaFailure = "ReplicaFailure";

    protected override bool Watches(ObjectKey key) => key.Resource is BuiltInResources.ReplicaSets or BuiltInResources.Pods;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == BuiltInResources.ReplicaSets ? deleted ? [] : [changed.Key]
        : changed.Owners.Count == 0 ? deleted ? [] : Ownership.Candidates(Store, BuiltInResources.ReplicaSets, changed)
        : Store.List(BuiltInResources.ReplicaSets, changed.Key.Namespace).Objects.Where(set => changed.Owners.Contains(set.Uid)).Select(set => set.Key);

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { } stored)
        {
            return;
        }

        var set = stored.ToObject();
        ApiException? refused = null;
        var own = Own(stored, set);
        if (!stored.Deleting)
        {
            refused = Scale(set, [.. own.Where(pod => pod.IsActive)]);
        }

        context.Writer.Status(BuiltInResources.ReplicaSets, set, Status(key, set, [.. Own(stored, set).Where(pod => pod.IsActive)], refused));
        if (refused is not null)
        {
            throw refused;
        }
    }

    private List<PodState> Own(StoredObject stored, JsonObject set) =>
        [.. ownership.Claim(stored, BuiltInResources.Pods, set.At("spec", "selector")).Select(pod => new PodState(pod))];

    private ApiException? Scale(JsonObject set, IReadOnlyList<PodState> active)
    {
        var replicas = (int)(set.Number("spec", "replicas") ?? 1);
        try
        {
            for (var i = active.Count; i < replicas; i++)
            {
                var pod = PodTemplate.Pod(set, set.At("spec", "template"));
                pod.Ensure("metadata")["generateName"] = $"{set.Text("metadata", "name")}-";
                pods.Create(set, Component, pod);
            }
        }
        catch (ApiException refused)
        {
            return refused;
        }

        foreach (var pod in Leaving(active).Take(active.Count - replicas))
        {
            pods.Delete(set, Component, pod.Stored);
        }

        return null;
    }

    /// <summary>Those first whose end costs least: without a node, not running, not ready, cheap, often restarted, young.</summary>
    private static IOrderedEnumerable<PodState> Leaving(IReadOnlyList<PodState> active) => active
        .OrderBy(pod => pod.IsAssigned)
        .ThenBy(pod => pod.Phase switch { "Pending" => 0, "Unknown" => 1, _ => 2 })
        .ThenBy(pod => pod.IsReady)
        .ThenBy(pod => int.TryParse(pod.Content.Text("metadata", "annotations", DeletionCost), out var cost) ? cost : 0)
        .ThenByDescending(pod => pod.ReadySince, StringComparer.Ordinal)
        .ThenByDescending(pod => pod.Restarts)
        .ThenByDescending(pod => pod.Created, StringComparer.Ordinal)
        .ThenByDescending(pod => pod.Stored.Version);

    private JsonObject Status(ObjectKey key, JsonObject set, IReadOnlyList<PodState> active, ApiException? refused)
    {
        var minReady = set.Number("spec", "minReadySeconds") ?? 0;
        var waits = active.Select(pod => pod.UntilAvailable(minReady, context.Now)).OfType<TimeSpan>().ToList();
        if (waits.Where(wait => wait > TimeSpan.Zero).DefaultIfEmpty().Min() is var next && next > TimeSpan.Zero)
        {
            After(key, next);
        }

        var labels = set.TextMap("spec", "template", "metadata", "labels");
        var conditions = new Conditions(set.At("status"), context.Registry.Now);
        if (refused is null)
        {
            conditions.Remove(ReplicaFailure);
        }
        else
        {
            conditions.Set(ReplicaFailure, "True", "FailedCreate", refused.Message);
        }

        var status = new JsonObject { ["replicas"] = active.Count, ["observedGeneration"] = set.Number("metadata", "generation") };
        Counted.Add(status, "fullyLabeledReplicas", active.Count(pod => labels.All(label => pod.Stored.Labels.GetValueOrDefault(label.Key) == label.Value)));
        Counted.Add(status, "readyReplicas", waits.Count);
        Counted.Add(status, "availableReplicas", waits.Count(wait => wait == TimeSpan.Zero));
        if (conditions.ToJson() is { } all)
        {
            status["conditions"] = all;
        }

        return status;
    }
}
