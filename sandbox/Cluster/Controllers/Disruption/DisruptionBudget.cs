using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.Disruption;

/// <summary>A PodDisruptionBudget with the pods that it is about, counted now.</summary>
public sealed class DisruptionBudget
{
    private static readonly (string Kind, string Resource)[] Scaled =
        [("ReplicaSet", BuiltInResources.ReplicaSets), ("StatefulSet", BuiltInResources.StatefulSets), ("Deployment", BuiltInResources.Deployments)];

    private readonly JsonObject budget;

    public DisruptionBudget(ObjectStore store, StoredObject stored)
    {
        budget = stored.ToObject();
        var selector = budget.At("spec", "selector");
        var pods = selector is null ? [] : store.List(BuiltInResources.Pods, stored.Key.Namespace).Objects
            .Where(pod => LabelSelector.From(selector).Matches(pod.Labels)).Select(pod => new PodState(pod)).Where(pod => !pod.HasEnded).ToList();
        Healthy = pods.Count(pod => pod.IsReady && !pod.Deleting);
        Expected = pods.Count;
        if (budget.At("spec", "maxUnavailable") is { } fewer)
        {
            Expected = Wanted(store, stored.Key.Namespace, pods);
            Desired = Math.Max(0, Expected - Share(fewer, Expected));
        }
        else if (budget.At("spec", "minAvailable") is { } least)
        {
            Expected = least.ToString().EndsWith('%') ? Wanted(store, stored.Key.Namespace, pods) : Expected;
            Desired = Share(least, Expected);
        }
    }

    public long Healthy { get; }

    public long Expected { get; }

    public long Desired { get; }

    /// <summary>How many pods may go now.</summary>
    public long Allowed => Expected > 0 ? Math.Max(0, Healthy - Desired) : 0;

    public JsonObject Status(string now)
    {
        var conditions = new Conditions(budget.At("status"), now);
        conditions.Set("DisruptionAllowed", Allowed > 0 ? "True" : "False", Allowed > 0 ? "SufficientPods" : "InsufficientPods", "");
        return new JsonObject
        {
            ["observedGeneration"] = budget.Number("metadata", "generation"),
            ["currentHealthy"] = Healthy,
            ["desiredHealthy"] = Desired,
            ["disruptionsAllowed"] = Allowed,
            ["expectedPods"] = Expected,
            ["conditions"] = conditions.ToJson(),
        };
    }

    /// <summary>How many pods the controllers of these pods want to have.</summary>
    private static long Wanted(ObjectStore store, string ns, IEnumerable<PodState> pods) => pods
        .GroupBy(pod => Ownership.ControllerOf(pod.Content) is { } owner ? (owner.Text("kind") ?? "", owner.Text("name") ?? "") : ("", pod.Name))
        .Sum(group => Array.Find(Scaled, one => one.Kind == group.Key.Item1).Resource is { } resource && store.Find(new ObjectKey(resource, ns, group.Key.Item2)) is { } owner
            ? owner.ToObject().Number("spec", "replicas") ?? 1
            : group.Count());

    private static long Share(JsonNode value, long of)
    {
        var text = value.ToString();
        return !text.EndsWith('%') ? value.Number() ?? 0
            : int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? ((percent * of) + 99) / 100
            : 0;
    }
}
