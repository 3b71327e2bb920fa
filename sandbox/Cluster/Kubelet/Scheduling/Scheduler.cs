using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Kubelet.Limits;

namespace TempoCos.Cluster.Kubelet.Scheduling;

/// <summary>
/// Whether a pod may go on the one node: claims, selector, cordon, and what it requests. Each pod's requests are held against the whole
/// machine: the sum of all pods is not, since requests of processes reserve nothing.
/// </summary>
public sealed class Scheduler(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog)
{
    private const string SelectedNode = "volume.kubernetes.io/selected-node";
    private static readonly string[] Counted = ["cpu", "memory"];

    /// <summary>Null when the pod may run here, else why not, in the scheduler's words.</summary>
    public string? Problem(JsonObject pod)
    {
        var ns = pod.Text("metadata", "namespace")!;
        foreach (var name in pod.Objects("spec", "volumes").Select(volume => volume.Text("persistentVolumeClaim", "claimName")).OfType<string>())
        {
            var claim = store.Find(new ObjectKey(BuiltInResources.Claims, ns, name));
            if (claim is null)
            {
                return Unavailable($"persistentvolumeclaim \"{name}\" not found");
            }

            if (claim.Deleting)
            {
                return Unavailable($"persistentvolumeclaim \"{name}\" is being deleted");
            }

            if (claim.ToObject() is var found && found.Text("status", "phase") != "Bound")
            {
                return WaitsForConsumer(found) ? Select(claim.Key) : Unavailable("pod has unbound immediate PersistentVolumeClaims");
            }
        }

        var node = store.Find(new ObjectKey(BuiltInResources.Nodes, "", PodKubelet.Node))?.ToObject();
        return node.Flag("spec", "unschedulable") ? Unavailable("1 node(s) were unschedulable")
            : pod.At("spec", "nodeSelector") is JsonObject { Count: > 0 } selector && !LabelSelector.From(selector).Matches(node.TextMap("metadata", "labels")) ? Unavailable("1 node(s) didn't match Pod's node affinity/selector")
            : Counted.Where(resource => Requested(pod, resource) > (ResourceQuantity.Parse(node.At("status", "allocatable", resource)) ?? decimal.MaxValue)).ToList() is { Count: > 0 } lacking
                ? Unavailable(string.Join(", ", lacking.Select(resource => $"1 Insufficient {resource}")))
            : null;
    }

    private static string Unavailable(string why) =>
        $"0/1 nodes are available: {why}. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";

    private static decimal Requested(JsonObject pod, string resource) =>
        pod.Objects("spec", "containers").Sum(container =>
            ResourceQuantity.Parse(container.At("resources", "requests", resource)) ?? ResourceQuantity.Parse(container.At("resources", "limits", resource)) ?? 0);

    private bool WaitsForConsumer(JsonObject claim) => claim.Text("spec", "storageClassName") is { Length: > 0 } name
        && store.Find(new ObjectKey(BuiltInResources.StorageClasses, "", name))?.ToObject().Text("volumeBindingMode") == "WaitForFirstConsumer";

    /// <summary>Tells whoever binds the claim that its pod is to be here.</summary>
    private string Select(ObjectKey claim)
    {
        try
        {
            registry.Update(catalog.Find(BuiltInResources.Claims)!, claim.Namespace, claim.Name, live =>
            {
                live.Ensure("metadata", "annotations")[SelectedNode] = PodKubelet.Node;
                return live;
            }, WriteOptions.Main);
        }
        catch (ApiException)
        {
            // It goes: the next look says so.
        }

        return $"waiting for the volume of persistentvolumeclaim \"{claim.Name}\" to be bound";
    }
}
