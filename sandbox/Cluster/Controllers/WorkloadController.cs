using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Controllers;

/// <summary>What Deployments and StatefulSets have in common: pods that they own, and a status that counts them.</summary>
public abstract class WorkloadController(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ObjectWriter writer, string resource, ILogger logger)
    : Controller(store, logger)
{
    protected ObjectWriter Writer => writer;

    protected string Now => registry.Now;

    protected override bool Watches(ObjectKey key) => key.Resource == resource || key.Resource == BuiltInResources.Pods;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == resource ? [changed.Key]
        : changed.Owners.Count == 0 ? []
        : Store.List(resource, changed.Key.Namespace).Objects.Where(workload => changed.Owners.Contains(workload.Uid)).Select(workload => workload.Key);

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { Deleting: false } stored)
        {
            return;
        }

        var workload = stored.ToObject();
        var replicas = (int)(workload.Number("spec", "replicas") ?? 1);
        Scale(workload, replicas, Pods(stored));

        // A pod is counted as long as it is there, and served only when it is of this template.
        var now = Pods(stored);
        writer.Status(resource, workload, Status(workload, replicas, now));
    }

    protected abstract void Scale(JsonObject workload, int replicas, IReadOnlyList<StoredObject> pods);

    protected abstract JsonObject Status(JsonObject workload, int replicas, IReadOnlyList<StoredObject> pods);

    protected void CreatePod(string ns, JsonObject pod) => registry.Create(catalog.Find(BuiltInResources.Pods)!, ns, pod, WriteOptions.Main);

    protected void Create(string kind, string ns, JsonObject content) => registry.Create(catalog.Find(kind)!, ns, content, WriteOptions.Main);

    protected void DeletePod(StoredObject pod) => writer.Delete(pod.Key, pod.Uid);

    protected static bool IsReady(StoredObject pod) => !pod.Deleting && ServiceTargets.IsReady(pod.ToObject());

    /// <summary>Whether a pod has ended for good and another has to take its place.</summary>
    protected static bool HasEnded(StoredObject pod) => pod.ToObject().Text("status", "phase") is "Failed" or "Succeeded";

    private List<StoredObject> Pods(StoredObject workload) =>
        [.. Store.List(BuiltInResources.Pods, workload.Key.Namespace).Objects.Where(pod => pod.Owners.Contains(workload.Uid))];
}
