using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Selection;

namespace TempoCos.Cluster.Controllers.Scheduling;

/// <summary>Why a pod cannot be on a node, in the scheduler's words.</summary>
public static class NodeFit
{
    private static readonly string[] Resources = ["cpu", "memory"];

    /// <summary>The reasons, none when it fits; and whether the end of other pods could help.</summary>
    public static (IReadOnlyList<string> Reasons, bool CouldHelp) Check(JsonObject pod, JsonObject node, IReadOnlyCollection<JsonObject> others)
    {
        if (node.Flag("spec", "unschedulable"))
        {
            return (["node(s) were unschedulable"], false);
        }

        if (!Selects(pod, node))
        {
            return (["node(s) didn't match Pod's node affinity/selector"], false);
        }

        var reasons = new List<string>();
        var couldHelp = true;
        if (others.Count + 1 > (Quantity.Find(node.At("status", "allocatable", "pods"))?.Value ?? decimal.MaxValue))
        {
            reasons.Add("Too many pods");
        }

        foreach (var resource in Resources)
        {
            var wanted = PodRequests.Of(pod, resource);
            var there = Quantity.Find(node.At("status", "allocatable", resource))?.Value ?? decimal.MaxValue;
            if (wanted > 0 && wanted + others.Sum(other => PodRequests.Of(other, resource)) > there)
            {
                reasons.Add($"Insufficient {resource}");
                couldHelp &= wanted <= there;
            }
        }

        return (reasons, couldHelp);
    }

    private static bool Selects(JsonObject pod, JsonObject node)
    {
        var labels = node.TextMap("metadata", "labels");
        var terms = pod.Objects("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").ToList();
        return pod.TextMap("spec", "nodeSelector").All(wanted => labels.GetValueOrDefault(wanted.Key) == wanted.Value)
            && (terms.Count == 0 || terms.Exists(term => term.Objects("matchExpressions").All(expression =>
                new Requirement(expression.Text("key") ?? "", expression.Text("operator") ?? "", [.. expression.Texts("values")]).Matches(labels.GetValueOrDefault(expression.Text("key") ?? "")))));
    }
}
