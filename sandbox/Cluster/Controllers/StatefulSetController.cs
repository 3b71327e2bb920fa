using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers;

/// <summary>Pods with a name of their own and a volume claim that stays when they go.</summary>
public sealed class StatefulSetController(
    ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ObjectWriter writer, ILogger<StatefulSetController> logger)
    : WorkloadController(store, registry, catalog, writer, BuiltInResources.StatefulSets, logger)
{
    private const string HashLabel = "controller-revision-hash";

    protected override bool Watches(ObjectKey key) => base.Watches(key) || key.Resource == BuiltInResources.Claims;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource != BuiltInResources.Claims ? base.Affected(changed, deleted)
        : !deleted ? []
        : Store.List(BuiltInResources.StatefulSets, changed.Key.Namespace).Objects
            .Where(stored => stored.ToObject() is var workload && workload.Objects("spec", "volumeClaimTemplates")
                .Any(claim => changed.Key.Name.StartsWith($"{claim.Text("metadata", "name")}-{stored.Key.Name}-", StringComparison.Ordinal)))
            .Select(stored => stored.Key);

    protected override void Scale(JsonObject workload, int replicas, IReadOnlyList<StoredObject> pods)
    {
        var (ns, name) = (workload.Text("metadata", "namespace")!, workload.Text("metadata", "name")!);
        var template = new PodTemplate(workload, HashLabel);
        for (var i = 0; i < replicas; i++)
        {
            var podName = $"{name}-{i}";
            var pod = pods.FirstOrDefault(pod => pod.Key.Name == podName);
            if (pod is null)
            {
                // On a volume that is about to go no pod is put: the claim's end brings this set here again.
                if (!IsClaimLeaving(workload, ns, podName))
                {
                    CreatePod(ns, Pod(workload, template, ns, podName, i));
                }
            }
            else if (!pod.Deleting && (!template.Made(pod.Labels) || HasEnded(pod)))
            {
                // Its successor has the same name, so it comes when this one has gone.
                DeletePod(pod);
            }
        }

        foreach (var pod in pods.Where(pod => !pod.Deleting && Ordinal(pod) >= replicas))
        {
            DeletePod(pod);
        }
    }

    protected override JsonObject Status(JsonObject workload, int replicas, IReadOnlyList<StoredObject> pods)
    {
        var template = new PodTemplate(workload, HashLabel);
        var living = pods.Where(pod => !pod.Deleting).ToList();
        var revision = $"{workload.Text("metadata", "name")}-{template.Hash}";
        return new JsonObject
        {
            ["observedGeneration"] = workload.Number("metadata", "generation"),
            ["replicas"] = living.Count,
            ["readyReplicas"] = living.Count(IsReady),
            ["availableReplicas"] = living.Count(IsReady),
            ["currentReplicas"] = living.Count(pod => template.Made(pod.Labels)),
            ["updatedReplicas"] = living.Count(pod => template.Made(pod.Labels)),
            ["currentRevision"] = revision,
            ["updateRevision"] = revision,
            ["collisionCount"] = 0,
        };
    }

    private bool IsClaimLeaving(JsonObject workload, string ns, string podName) => workload.Objects("spec", "volumeClaimTemplates")
        .Any(claim => Store.Find(new ObjectKey(BuiltInResources.Claims, ns, $"{claim.Text("metadata", "name")}-{podName}")) is { Deleting: true });

    private static int Ordinal(StoredObject pod) =>
        int.TryParse(pod.Key.Name.AsSpan(pod.Key.Name.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : int.MaxValue;

    private JsonObject Pod(JsonObject workload, PodTemplate template, string ns, string podName, int ordinal)
    {
        var pod = template.Pod(podName);
        pod.Ensure("metadata", "labels")["statefulset.kubernetes.io/pod-name"] = podName;
        pod.Ensure("metadata", "labels")["apps.kubernetes.io/pod-index"] = ordinal.ToString(CultureInfo.InvariantCulture);
        pod.Ensure("spec")["hostname"] = podName;
        pod.Ensure("spec")["subdomain"] = workload.Text("spec", "serviceName");
        var volumes = pod.At("spec", "volumes") as JsonArray ?? [];
        pod.Ensure("spec").Remove("volumes");
        foreach (var claim in workload.Objects("spec", "volumeClaimTemplates"))
        {
            var claimName = $"{claim.Text("metadata", "name")}-{podName}";
            volumes.Add((JsonNode)new JsonObject { ["name"] = claim.Text("metadata", "name"), ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claimName } });
            if (Store.Find(new ObjectKey(BuiltInResources.Claims, ns, claimName)) is null)
            {
                Create(BuiltInResources.Claims, ns, new JsonObject
                {
                    ["metadata"] = new JsonObject
                    {
                        ["name"] = claimName,
                        ["labels"] = workload.At("spec", "selector", "matchLabels")?.DeepClone() ?? new JsonObject(),
                        ["finalizers"] = new JsonArray(VolumeController.Protection),
                    },
                    ["spec"] = claim.At("spec")?.DeepClone(),
                });
            }
        }

        pod.Ensure("spec")["volumes"] = volumes;
        return pod;
    }
}
