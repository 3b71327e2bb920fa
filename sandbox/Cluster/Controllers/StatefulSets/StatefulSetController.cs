using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.StatefulSets;

/// <summary>Pods with names of their own: made in order or all at once, brought to a new template from the last to the first, one at a time.</summary>
public sealed class StatefulSetController(ControllerContext context, Ownership ownership, ILogger<StatefulSetController> logger) : Controller(context.Store, logger)
{
    private readonly Revisions revisions = new(context, ownership);
    private readonly StatefulPods pods = new(context);

    protected override bool Watches(ObjectKey key) => key.Resource is BuiltInResources.StatefulSets or BuiltInResources.Pods or BuiltInResources.Claims;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) => changed.Key.Resource switch
    {
        BuiltInResources.StatefulSets => deleted ? [] : [changed.Key],
        BuiltInResources.Claims => !deleted ? [] : Sets(changed)
            .Where(set => set.Claims.Any(claim => changed.Key.Name.StartsWith($"{claim.Text("metadata", "name")}-{set.Name}-", StringComparison.Ordinal)))
            .Select(set => set.Stored.Key),

        // A pod of the right name that is not the set's stands in its way until it has gone.
        _ => Sets(changed).Where(set => changed.Owners.Contains(set.Stored.Uid) || set.Ordinal(changed.Key.Name) is not null).Select(set => set.Stored.Key),
    };

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { } stored)
        {
            return;
        }

        var set = new StatefulSetView(stored);
        var (current, update) = stored.Deleting ? ((JsonObject?)null, (JsonObject?)null) : revisions.Of(set);
        try
        {
            if (current is not null && update is not null)
            {
                Advance(set, Pods(set), current, update);
            }
        }
        finally
        {
            var now = Pods(set);
            WriteStatus(set, now, current, update);
            if (update is not null)
            {
                revisions.Truncate(set, [.. now.Select(RevisionOf), current.Text("metadata", "name"), update.Text("metadata", "name")]);
            }
        }
    }

    private IEnumerable<StatefulSetView> Sets(StoredObject near) =>
        Store.List(BuiltInResources.StatefulSets, near.Key.Namespace).Objects.Select(stored => new StatefulSetView(stored));

    private List<PodState> Pods(StatefulSetView set) =>
    [
        .. ownership.Claim(set.Stored, BuiltInResources.Pods, set.Content.At("spec", "selector"), pod => set.Ordinal(pod.Key.Name) is not null).Select(pod => new PodState(pod)),
    ];

    private static string? RevisionOf(PodState pod) => pod.Stored.Labels.GetValueOrDefault(Revisions.Label);

    private bool IsAvailable(StatefulSetView set, PodState pod)
    {
        if (!pod.Deleting && pod.Phase == "Running" && pod.UntilAvailable(set.MinReadySeconds, context.Now) is { } wait)
        {
            if (wait > TimeSpan.Zero)
            {
                After(set.Stored.Key, wait);
            }

            return wait == TimeSpan.Zero;
        }

        return false;
    }

    private void Advance(StatefulSetView set, List<PodState> own, JsonObject current, JsonObject update)
    {
        var updateName = update.Text("metadata", "name")!;
        var byOrdinal = own.ToDictionary(pod => set.Ordinal(pod.Name)!.Value);
        var wanted = Enumerable.Range(0, (int)set.Replicas).Select(index => set.Start + index).ToList();
        var condemned = own.Where(pod => set.Ordinal(pod.Name) < set.Start || set.Ordinal(pod.Name) >= set.Start + set.Replicas)
            .OrderByDescending(pod => set.Ordinal(pod.Name)).ToList();
        foreach (var ordinal in wanted)
        {
            pods.Retain(set, set.Pod(ordinal), condemned: null);
        }

        foreach (var pod in condemned)
        {
            pods.Retain(set, pod.Name, pod.Stored);
        }

        if (Fill(set, wanted, byOrdinal, current, update) && Shrink(set, condemned) && !set.IsOnDelete)
        {
            Renew(set, wanted, byOrdinal, updateName);
        }
    }

    /// <summary>Makes what is missing; false when nothing else is to be done before it has come up.</summary>
    private bool Fill(StatefulSetView set, List<long> wanted, Dictionary<long, PodState> byOrdinal, JsonObject current, JsonObject update)
    {
        foreach (var ordinal in wanted)
        {
            if (!byOrdinal.TryGetValue(ordinal, out var pod))
            {
                // On a claim that is about to go no pod is put: the claim's end brings this set here again.
                if (!pods.HasLeavingClaim(set, set.Pod(ordinal)))
                {
                    var revision = !set.IsOnDelete && ordinal < set.Start + set.Partition ? current : update;
                    pods.Create(set, ordinal, Revisions.Template(revision), revision.Text("metadata", "name")!);
                }

                if (set.IsOrdered)
                {
                    return false;
                }
            }
            else if (pod.HasEnded)
            {
                // Its successor has the same name, so it comes when this one has gone.
                if (!pod.Deleting)
                {
                    pods.Delete(set, pod.Stored);
                }

                return false;
            }
            else
            {
                if (!pod.Deleting && pod.Phase == "Pending")
                {
                    pods.EnsureClaims(set, pod.Name);
                }

                if (set.IsOrdered && !IsAvailable(set, pod))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool Shrink(StatefulSetView set, List<PodState> condemned)
    {
        var firstUnhealthy = condemned.LastOrDefault(pod => !IsAvailable(set, pod));
        foreach (var pod in condemned)
        {
            if (pod.Deleting)
            {
                if (set.IsOrdered)
                {
                    return false;
                }

                continue;
            }

            if (set.IsOrdered && !IsAvailable(set, pod) && pod != firstUnhealthy)
            {
                return false;
            }

            pods.Delete(set, pod.Stored);
            if (set.IsOrdered)
            {
                return false;
            }
        }

        return true;
    }

    private void Renew(StatefulSetView set, List<long> wanted, Dictionary<long, PodState> byOrdinal, string revision)
    {
        foreach (var ordinal in wanted.AsEnumerable().Reverse().TakeWhile(ordinal => ordinal >= set.Start + set.Partition))
        {
            if (!byOrdinal.TryGetValue(ordinal, out var pod))
            {
                return;
            }

            if (RevisionOf(pod) != revision && !pod.Deleting)
            {
                pods.Delete(set, pod.Stored);
                return;
            }

            if (!IsAvailable(set, pod))
            {
                return;
            }
        }
    }

    private void WriteStatus(StatefulSetView set, List<PodState> own, JsonObject? current, JsonObject? update)
    {
        var currentName = current.Text("metadata", "name") ?? set.Content.Text("status", "currentRevision");
        var updateName = update.Text("metadata", "name") ?? set.Content.Text("status", "updateRevision");
        var ready = own.Count(pod => pod is { Phase: "Running", IsReady: true });
        var updated = own.Count(pod => !pod.Deleting && RevisionOf(pod) == updateName);
        if (!set.IsOnDelete && updated == own.Count && updated == set.Replicas && ready == own.Count)
        {
            currentName = updateName;
        }

        var status = new JsonObject
        {
            ["observedGeneration"] = set.Content.Number("metadata", "generation"),
            ["replicas"] = own.Count,
            ["availableReplicas"] = own.Count(pod => IsAvailable(set, pod)),
            ["currentRevision"] = currentName,
            ["updateRevision"] = updateName,
            ["collisionCount"] = 0,
        };
        Counted.Add(status, "readyReplicas", ready);
        Counted.Add(status, "currentReplicas", own.Count(pod => !pod.Deleting && RevisionOf(pod) == currentName));
        Counted.Add(status, "updatedReplicas", updated);
        context.Writer.Status(BuiltInResources.StatefulSets, set.Content, status);
    }
}
