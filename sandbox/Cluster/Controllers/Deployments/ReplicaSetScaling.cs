using System.Globalization;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Controllers.Deployments;

/// <summary>Sets how many replicas the ReplicaSets of a Deployment have.</summary>
public sealed class ReplicaSetScaling(ControllerContext context, DeploymentView deployment)
{
    public const string Component = "deployment-controller";

    /// <summary>Whether it had another size.</summary>
    public bool To(ReplicaSetView set, long replicas)
    {
        var (desired, maximum) = (deployment.Replicas, deployment.Replicas + deployment.MaxSurge);
        if (set.Wanted == replicas && set.Desired == desired && set.Maximum == maximum)
        {
            return false;
        }

        context.Registry.Update(context.Type(BuiltInResources.ReplicaSets), set.Stored.Key.Namespace, set.Name, live =>
        {
            live.Ensure("spec")["replicas"] = replicas;
            live.Ensure("metadata", "annotations")[DeploymentAnnotations.Desired] = desired.ToString(CultureInfo.InvariantCulture);
            live.Ensure("metadata", "annotations")[DeploymentAnnotations.Maximum] = maximum.ToString(CultureInfo.InvariantCulture);
            return live;
        }, WriteOptions.Main);
        if (set.Wanted == replicas)
        {
            return false;
        }

        Tell(set.Name, set.Wanted, replicas);
        return true;
    }

    public void Tell(string set, long from, long to) => context.Events.Record(deployment.Content, Component, warning: false, "ScalingReplicaSet",
        $"Scaled {(to > from ? "up" : "down")} replica set {set} from {from} to {to}");

    /// <summary>How many replicas the set of the present template may have now: as many as asked for, within what may be more.</summary>
    public long Present(IEnumerable<ReplicaSetView> all, long present)
    {
        if (deployment.IsRecreate)
        {
            return deployment.Replicas;
        }

        var room = deployment.Replicas + deployment.MaxSurge - all.Sum(set => set.Wanted);
        return room <= 0 ? present : present + Math.Min(room, deployment.Replicas - present);
    }

    /// <summary>When only the number has changed: the one set in use takes it; several share the difference by their sizes.</summary>
    public void Spread(ReplicaSetView? present, IReadOnlyList<ReplicaSetView> old)
    {
        ReplicaSetView[] all = [.. old.OrderByDescending(set => set.Created, StringComparer.Ordinal), .. present is null ? [] : new[] { present }];
        var active = all.Where(set => set.Wanted > 0).ToList();
        if (active.Count <= 1)
        {
            if ((active.Count == 1 ? active[0] : present ?? old.OrderBy(set => set.Created, StringComparer.Ordinal).LastOrDefault()) is { } only)
            {
                To(only, deployment.Replicas);
            }

            return;
        }

        if (present is not null && present.Wanted == deployment.Replicas && present.Desired == deployment.Replicas && present.Available == deployment.Replicas)
        {
            active.Where(set => set != present).ToList().ForEach(set => To(set, 0));
            return;
        }

        if (!deployment.IsRecreate)
        {
            Share(active);
        }
    }

    private void Share(List<ReplicaSetView> active)
    {
        var allowed = deployment.Replicas > 0 ? deployment.Replicas + deployment.MaxSurge : 0;
        var difference = allowed - active.Sum(set => set.Wanted);
        var ordered = (difference > 0
            ? active.OrderByDescending(set => set.Wanted).ThenByDescending(set => set.Created, StringComparer.Ordinal)
            : active.OrderByDescending(set => set.Wanted).ThenBy(set => set.Created, StringComparer.Ordinal)).ToList();
        var sizes = new long[ordered.Count];
        long shared = 0;
        for (var i = 0; i < ordered.Count; i++)
        {
            var part = Part(ordered[i], difference - shared);
            sizes[i] = ordered[i].Wanted + part;
            shared += part;
        }

        sizes[0] = Math.Max(0, sizes[0] + difference - shared);
        for (var i = 0; i < ordered.Count; i++)
        {
            To(ordered[i], sizes[i]);
        }
    }

    private long Part(ReplicaSetView set, long left)
    {
        if (left == 0)
        {
            return 0;
        }

        var before = set.Maximum ?? deployment.Content.Number("status", "replicas") ?? 0;
        var part = deployment.Replicas == 0 || before == 0 ? -set.Wanted
            : (long)Math.Round((double)set.Wanted * (deployment.Replicas + deployment.MaxSurge) / before, MidpointRounding.AwayFromZero) - set.Wanted;
        return left > 0 ? Math.Min(part, left) : Math.Max(part, left);
    }
}
