using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Volumes;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.Scheduling;

/// <summary>Gives each pod a node, or says why none will do.</summary>
public sealed class Scheduler(ControllerContext context, ILogger<Scheduler> logger) : Controller(context.Store, logger)
{
    private const string Component = "default-scheduler";
    private const string Unhelpful = "Preemption is not helpful for scheduling";
    private const string NoVictims = "No preemption victims found for incoming pod";

    protected override bool Watches(ObjectKey key) => key.Resource is BuiltInResources.Pods or BuiltInResources.Nodes or BuiltInResources.Claims;

    /// <summary>A change of nodes or claims, or the end of a pod, may help those that wait.</summary>
    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == BuiltInResources.Pods && !deleted && !new PodState(changed).HasEnded ? [changed.Key]
        : Store.List(BuiltInResources.Pods).Objects.Where(pod => !pod.Deleting && !new PodState(pod).IsAssigned).Select(pod => pod.Key);

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { Deleting: false } stored)
        {
            return;
        }

        var pod = stored.ToObject();
        if (pod.Text("spec", "nodeName") is { Length: > 0 } || (pod.Text("spec", "schedulerName") ?? Component) != Component || new PodState(stored).HasEnded)
        {
            return;
        }

        if (pod.Objects("spec", "schedulingGates").Any())
        {
            Hold(pod, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates", tell: false);
            return;
        }

        var nodes = Store.List(BuiltInResources.Nodes).Objects.Select(node => node.ToObject()).ToList();
        if (Claims(pod) is { } unbound)
        {
            Hold(pod, "Unschedulable", $"0/{nodes.Count} nodes are available: {unbound}. preemption: 0/{nodes.Count} nodes are available: {nodes.Count} {Unhelpful}.", tell: true);
            return;
        }

        Place(pod, stored, nodes);
    }

    private void Place(JsonObject pod, StoredObject stored, List<JsonObject> nodes)
    {
        var others = Store.List(BuiltInResources.Pods).Objects.Where(other => other.Uid != stored.Uid).Select(other => new PodState(other))
            .Where(other => other.IsAssigned && !other.HasEnded).Select(other => other.Content).ToList();
        var refusals = new List<(IReadOnlyList<string> Reasons, bool CouldHelp)>();
        foreach (var node in nodes)
        {
            var name = node.Text("metadata", "name")!;
            var refusal = NodeFit.Check(pod, node, [.. others.Where(other => other.Text("spec", "nodeName") == name)]);
            if (refusal.Reasons.Count > 0)
            {
                refusals.Add(refusal);
            }
            else if (!Wait(pod, name))
            {
                Bind(pod, name);
                return;
            }
            else
            {
                // The claims that waited for their first pod are bound now; their change comes back here.
                return;
            }
        }

        var reasons = refusals.SelectMany(refusal => refusal.Reasons).CountBy(reason => reason).OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => $"{reason.Value} {reason.Key}");
        var preemption = refusals.CountBy(refusal => refusal.CouldHelp).Select(group => $"{group.Value} {(group.Key ? NoVictims : Unhelpful)}");
        Hold(pod, "Unschedulable", nodes.Count == 0 ? "no nodes available to schedule pods"
            : $"0/{nodes.Count} nodes are available: {string.Join(", ", reasons)}. preemption: 0/{nodes.Count} nodes are available: {string.Join(", ", preemption)}.", tell: true);
    }

    /// <summary>What is the matter with the pod's claims, or null.</summary>
    private string? Claims(JsonObject pod)
    {
        foreach (var name in pod.Objects("spec", "volumes").Select(volume => volume.Text("persistentVolumeClaim", "claimName")).OfType<string>())
        {
            if (Store.Find(new ObjectKey(BuiltInResources.Claims, pod.Text("metadata", "namespace")!, name)) is not { } claim)
            {
                return $"persistentvolumeclaim \"{name}\" not found";
            }

            if (claim.Deleting)
            {
                return $"persistentvolumeclaim \"{name}\" is being deleted";
            }

            var content = claim.ToObject();
            if (content.Text("status", "phase") == "Lost")
            {
                return $"persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{content.Text("spec", "volumeName")}\"";
            }

            if (content.Text("status", "phase") != "Bound" && !StorageClassView.WaitsForConsumer(Store, content))
            {
                return "pod has unbound immediate PersistentVolumeClaims";
            }
        }

        return null;
    }

    /// <summary>Tells claims that wait for their first pod which node it will have; whether there were any.</summary>
    private bool Wait(JsonObject pod, string node)
    {
        var waiting = false;
        foreach (var name in pod.Objects("spec", "volumes").Select(volume => volume.Text("persistentVolumeClaim", "claimName")).OfType<string>())
        {
            var key = new ObjectKey(BuiltInResources.Claims, pod.Text("metadata", "namespace")!, name);
            if (Store.Find(key)?.ToObject().Text("status", "phase") == "Bound")
            {
                continue;
            }

            waiting = true;
            context.Registry.Update(context.Type(BuiltInResources.Claims), key.Namespace, key.Name, live =>
            {
                live.Ensure("metadata", "annotations")[StorageClassView.SelectedNode] = node;
                return live;
            }, WriteOptions.Main);
        }

        return waiting;
    }

    private void Bind(JsonObject pod, string node)
    {
        context.Registry.Update(context.Type(BuiltInResources.Pods), pod.Text("metadata", "namespace")!, pod.Text("metadata", "name")!, live =>
        {
            live.Ensure("spec")["nodeName"] = node;
            return live;
        }, WriteOptions.Main);
        context.Events.Record(pod, Component, warning: false, "Scheduled", $"Successfully assigned {pod.Text("metadata", "namespace")}/{pod.Text("metadata", "name")} to {node}");
    }

    private void Hold(JsonObject pod, string reason, string message, bool tell)
    {
        var before = pod.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("type") == "PodScheduled");
        if (before.Text("reason") == reason && before.Text("message") == message)
        {
            return;
        }

        context.Registry.Update(context.Type(BuiltInResources.Pods), pod.Text("metadata", "namespace")!, pod.Text("metadata", "name")!, live =>
        {
            var others = live.Objects("status", "conditions").Where(condition => condition.Text("type") != "PodScheduled").Select(condition => condition.DeepClone());
            live.Ensure("status")["conditions"] = others.Append(new JsonObject
            {
                ["type"] = "PodScheduled",
                ["status"] = "False",
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = before.Text("status") == "False" ? before.Text("lastTransitionTime") : context.Registry.Now,
                ["reason"] = reason,
                ["message"] = message,
            }).ToJsonArray();
            return live;
        }, WriteOptions.OfStatus);
        if (tell)
        {
            context.Events.Record(pod, Component, warning: true, "FailedScheduling", message);
        }
    }
}
