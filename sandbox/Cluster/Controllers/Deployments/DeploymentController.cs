using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;
using TempoCos.Cluster.Operator;

namespace TempoCos.Cluster.Controllers.Deployments;

/// <summary>Brings a Deployment's pods to its present template, a ReplicaSet for each template, within what may be more or fewer.</summary>
public sealed class DeploymentController(ControllerContext context, Ownership ownership, ClusterOptions options, ILogger<DeploymentController> logger) : Controller(context.Store, logger)
{
    private const string HashLabel = "pod-template-hash";

    protected override bool Watches(ObjectKey key) => key.Resource is BuiltInResources.Deployments or BuiltInResources.ReplicaSets or BuiltInResources.Pods;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) => changed.Key.Resource switch
    {
        BuiltInResources.Deployments => deleted ? [] : [changed.Key],
        BuiltInResources.ReplicaSets => changed.Owners.Count == 0 ? deleted ? [] : Ownership.Candidates(Store, BuiltInResources.Deployments, changed) : Owners(changed),

        // One that recreates waits for the last old pod to be gone, of which its ReplicaSet says nothing.
        _ => !deleted ? [] : Store.List(BuiltInResources.ReplicaSets, changed.Key.Namespace).Objects.Where(set => changed.Owners.Contains(set.Uid)).SelectMany(Owners),
    };

    protected override void Reconcile(ObjectKey key)
    {
        // The operator is this process; it says itself what its Deployment's pods would.
        if ((options.Operator && key == OperatorDeployment.Key) || Store.Find(key) is not { } stored)
        {
            return;
        }

        var deployment = new DeploymentView(stored);
        var sets = Sets(deployment);
        var status = new DeploymentStatus(deployment, context.Registry.Now);
        if (stored.Deleting)
        {
            Write(deployment, status, Find(deployment, sets), deployment.Collisions, isRollout: false);
            return;
        }

        status.Pause();
        if (deployment.Paused || sets.Any(set => set.Wanted > 0 && set.Desired is { } desired && desired != deployment.Replicas))
        {
            Resize(deployment, status, sets);
        }
        else if (deployment.IsRecreate)
        {
            Recreate(deployment, status, sets);
        }
        else
        {
            Roll(deployment, status, sets);
        }
    }

    private void Resize(DeploymentView deployment, DeploymentStatus status, IReadOnlyList<ReplicaSetView> sets)
    {
        var present = Find(deployment, sets);
        if (present is not null)
        {
            present = Annotate(deployment, status, present, sets);
        }

        List<ReplicaSetView> old = [.. sets.Where(set => set.Stored.Uid != present?.Stored.Uid)];
        new ReplicaSetScaling(context, deployment).Spread(present, old);
        CleanUp(deployment, old);
        Write(deployment, status, present, deployment.Collisions, isRollout: false);
    }

    private void Recreate(DeploymentView deployment, DeploymentStatus status, IReadOnlyList<ReplicaSetView> sets)
    {
        var scaling = new ReplicaSetScaling(context, deployment);
        var present = Find(deployment, sets);
        if (present is not null)
        {
            present = Annotate(deployment, status, present, sets);
        }

        List<ReplicaSetView> old = [.. sets.Where(set => set.Stored.Uid != present?.Stored.Uid)];
        var scaledDown = old.Where(set => set.Wanted > 0).ToList();
        scaledDown.ForEach(set => scaling.To(set, 0));
        if (scaledDown.Count > 0 || old.Exists(HasRunningPods))
        {
            Write(deployment, status, present, deployment.Collisions, isRollout: true);
            return;
        }

        Finish(deployment, status, present ?? Create(deployment, status, sets), old, scaling);
    }

    private void Roll(DeploymentView deployment, DeploymentStatus status, IReadOnlyList<ReplicaSetView> sets)
    {
        var scaling = new ReplicaSetScaling(context, deployment);
        var present = Find(deployment, sets);
        present = present is null ? Create(deployment, status, sets) : Annotate(deployment, status, present, sets);
        if (present is null)
        {
            return;
        }

        List<ReplicaSetView> old = [.. sets.Where(set => set.Stored.Uid != present.Stored.Uid).OrderBy(set => set.Created, StringComparer.Ordinal).ThenBy(set => set.Revision)];
        if (!GrowPresent(deployment, scaling, present, old))
        {
            ShrinkOld(deployment, scaling, present, old);
        }

        Finish(deployment, status, present, old, scaling: null);
    }

    private static bool GrowPresent(DeploymentView deployment, ReplicaSetScaling scaling, ReplicaSetView present, List<ReplicaSetView> old) =>
        scaling.To(present, present.Wanted > deployment.Replicas ? deployment.Replicas : scaling.Present([.. old, present], present.Wanted));

    private static void ShrinkOld(DeploymentView deployment, ReplicaSetScaling scaling, ReplicaSetView present, List<ReplicaSetView> old)
    {
        var least = deployment.Replicas - deployment.MaxUnavailable;
        var spare = old.Sum(set => set.Wanted) + present.Wanted - least - (present.Wanted - present.Available);
        if (spare <= 0)
        {
            return;
        }

        // Those that do not serve anyway go first; then those that serve, as long as enough others do.
        var sizes = old.ToDictionary(set => set.Name, set => set.Wanted);
        var left = spare;
        foreach (var set in old.Where(set => set.Wanted > set.Available))
        {
            var part = Math.Min(left, set.Wanted - set.Available);
            sizes[set.Name] -= part;
            left -= part;
        }

        left = old.Sum(set => set.Available) + present.Available - least;
        foreach (var set in old)
        {
            var part = Math.Max(0, Math.Min(left, sizes[set.Name]));
            sizes[set.Name] -= part;
            left -= part;
        }

        old.ForEach(set => scaling.To(set, sizes[set.Name]));
    }

    private void Finish(DeploymentView deployment, DeploymentStatus status, ReplicaSetView? present, List<ReplicaSetView> old, ReplicaSetScaling? scaling)
    {
        if (present is null)
        {
            return;
        }

        scaling?.To(present, deployment.Replicas);
        if (DeploymentStatus.IsComplete(deployment, Write(deployment, status, present, deployment.Collisions, isRollout: true)))
        {
            CleanUp(deployment, old);
        }
    }

    private JsonObject Write(DeploymentView deployment, DeploymentStatus status, ReplicaSetView? present, long collisions, bool isRollout)
    {
        var sets = Sets(deployment);
        var now = status.Of(sets, sets.FirstOrDefault(set => set.Stored.Uid == present?.Stored.Uid), collisions, isRollout);
        context.Writer.Status(BuiltInResources.Deployments, deployment.Content, now);
        if (status.UntilTimedOut is { } wait)
        {
            After(deployment.Stored.Key, wait);
        }

        return now;
    }

    private List<ReplicaSetView> Sets(DeploymentView deployment) =>
        [.. ownership.Claim(deployment.Stored, BuiltInResources.ReplicaSets, deployment.Selector).Select(set => new ReplicaSetView(set))];

    private static ReplicaSetView? Find(DeploymentView deployment, IEnumerable<ReplicaSetView> sets) => sets
        .Where(set => PodTemplate.AreEqual(set.Content.At("spec", "template"), deployment.Template, HashLabel))
        .OrderBy(set => set.Created, StringComparer.Ordinal).ThenBy(set => set.Name, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>The set of the present template has the highest revision, and the Deployment the same.</summary>
    private ReplicaSetView Annotate(DeploymentView deployment, DeploymentStatus status, ReplicaSetView present, IReadOnlyList<ReplicaSetView> sets)
    {
        var next = sets.Where(set => set != present).Select(set => set.Revision).DefaultIfEmpty().Max() + 1;
        var updated = context.Registry.Update(context.Type(BuiltInResources.ReplicaSets), present.Stored.Key.Namespace, present.Name, live =>
        {
            var annotations = live.Ensure("metadata", "annotations");
            foreach (var (name, value) in DeploymentAnnotations.Copied(deployment.Content))
            {
                annotations[name] = value;
            }

            if (present.Revision < next)
            {
                if (present.Revision > 0)
                {
                    var before = annotations.Text(DeploymentAnnotations.History);
                    annotations[DeploymentAnnotations.History] = before is { Length: > 0 } ? $"{before},{present.Revision}" : $"{present.Revision}";
                }

                annotations[DeploymentAnnotations.Revision] = next.ToString(CultureInfo.InvariantCulture);
            }

            if (deployment.MinReadySeconds != (live.Number("spec", "minReadySeconds") ?? 0))
            {
                live.Ensure("spec")["minReadySeconds"] = deployment.MinReadySeconds;
            }

            return live;
        }, WriteOptions.Main);
        SetRevision(deployment, updated);
        if (status.Conditions.Find(DeploymentStatus.Progressing) is null)
        {
            status.Step("True", "FoundNewReplicaSet", $"Found new replica set \"{present.Name}\"");
        }

        return new ReplicaSetView(Store.Find(present.Stored.Key) ?? present.Stored);
    }

    private ReplicaSetView? Create(DeploymentView deployment, DeploymentStatus status, IReadOnlyList<ReplicaSetView> sets)
    {
        var hash = PodTemplate.Hash(deployment.Template, deployment.Collisions);
        var key = new ObjectKey(BuiltInResources.ReplicaSets, deployment.Stored.Key.Namespace, $"{deployment.Name}-{hash}");
        var scaling = new ReplicaSetScaling(context, deployment);
        var replicas = scaling.Present(sets, 0);
        var revision = sets.Select(set => set.Revision).DefaultIfEmpty().Max() + 1;
        try
        {
            SetRevision(deployment, context.Registry.Create(context.Type(key.Resource), key.Namespace, New(deployment, key.Name, hash, replicas, revision), WriteOptions.Main));
        }
        catch (ApiException taken) when (taken.Reason == "AlreadyExists")
        {
            // Another template has this hash, or another owner this name: the next try has another name.
            Write(deployment, status, null, deployment.Collisions + 1, isRollout: false);
            return null;
        }
        catch (ApiException refused)
        {
            status.Step("False", "ReplicaSetCreateError", $"Failed to create new replica set \"{key.Name}\": {refused.Message}");
            Write(deployment, status, null, deployment.Collisions, isRollout: false);
            throw;
        }

        if (replicas > 0)
        {
            scaling.Tell(key.Name, 0, replicas);
        }

        status.Step("True", "NewReplicaSetCreated", $"Created new replica set \"{key.Name}\"");
        return Store.Find(key) is { } created ? new ReplicaSetView(created) : null;
    }

    private static JsonObject New(DeploymentView deployment, string name, string hash, long replicas, long revision)
    {
        var template = deployment.Template?.DeepClone() as JsonObject ?? [];
        template.Ensure("metadata", "labels")[HashLabel] = hash;
        var selector = deployment.Selector?.DeepClone() as JsonObject ?? [];
        selector.Ensure("matchLabels")[HashLabel] = hash;
        var annotations = DeploymentAnnotations.Copied(deployment.Content).ToJsonObject();
        annotations[DeploymentAnnotations.Revision] = revision.ToString(CultureInfo.InvariantCulture);
        annotations[DeploymentAnnotations.Desired] = deployment.Replicas.ToString(CultureInfo.InvariantCulture);
        annotations[DeploymentAnnotations.Maximum] = (deployment.Replicas + deployment.MaxSurge).ToString(CultureInfo.InvariantCulture);
        var spec = new JsonObject { ["replicas"] = replicas, ["selector"] = selector, ["template"] = template };
        if (deployment.MinReadySeconds > 0)
        {
            spec["minReadySeconds"] = deployment.MinReadySeconds;
        }

        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = template.At("metadata", "labels")?.DeepClone(),
                ["annotations"] = annotations,
                ["ownerReferences"] = new JsonArray(ObjectWriter.Reference(deployment.Content)),
            },
            ["spec"] = spec,
        };
    }

    private void SetRevision(DeploymentView deployment, JsonObject set) =>
        context.Registry.Update(context.Type(BuiltInResources.Deployments), deployment.Stored.Key.Namespace, deployment.Name, live =>
        {
            live.Ensure("metadata", "annotations")[DeploymentAnnotations.Revision] = set.Text("metadata", "annotations", DeploymentAnnotations.Revision);
            return live;
        }, WriteOptions.Main);

    private void CleanUp(DeploymentView deployment, List<ReplicaSetView> old)
    {
        var idle = old.Where(set => set.Wanted == 0 && set.Replicas == 0 && set.IsObserved && !set.Stored.Deleting).OrderBy(set => set.Revision).ToList();
        foreach (var set in idle.Take((int)Math.Max(0, old.Count(set => !set.Stored.Deleting) - deployment.HistoryLimit)))
        {
            context.Writer.Delete(set.Stored.Key, set.Stored.Uid);
        }
    }

    private bool HasRunningPods(ReplicaSetView set) =>
        Store.List(BuiltInResources.Pods, set.Stored.Key.Namespace).Objects.Any(pod => pod.Owners.Contains(set.Stored.Uid) && !new PodState(pod).HasEnded);

    private IEnumerable<ObjectKey> Owners(StoredObject set) =>
        Store.List(BuiltInResources.Deployments, set.Key.Namespace).Objects.Where(deployment => set.Owners.Contains(deployment.Uid)).Select(deployment => deployment.Key);
}
