using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.Disruption;

/// <summary>The eviction subresource of pods: a deletion that no PodDisruptionBudget stands against.</summary>
public sealed class Eviction(ControllerContext context)
{
    private readonly Lock gate = new();

    /// <exception cref="ApiException">404: there is no such pod. 429: a budget does not allow it now. 500: more than one budget is about it.</exception>
    public JsonObject Evict(string ns, string name, JsonObject eviction)
    {
        // Two evictions at the same time may not both use the last disruption that is allowed.
        lock (gate)
        {
            var key = new ObjectKey(BuiltInResources.Pods, ns, name);
            var stored = context.Store.Find(key) ?? throw ApiException.NotFound(BuiltInResources.Pods, name);
            var pod = new PodState(stored);
            if (pod is { HasEnded: false, Deleting: false } && pod.Phase != "Pending")
            {
                Check(stored);
            }

            context.Registry.Delete(context.Type(BuiltInResources.Pods), ns, name, new DeleteOptions(
                GracePeriodSeconds: eviction.Number("deleteOptions", "gracePeriodSeconds"),
                Uid: eviction.Text("deleteOptions", "preconditions", "uid"),
                DryRun: eviction.Texts("deleteOptions", "dryRun").Any()));
            return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 };
        }
    }

    private void Check(StoredObject pod)
    {
        var budgets = context.Store.List(BuiltInResources.DisruptionBudgets, pod.Key.Namespace).Objects
            .Where(budget => budget.ToObject().At("spec", "selector") is { } selector && LabelSelector.From(selector).Matches(pod.Labels)).ToList();
        if (budgets.Count > 1)
        {
            throw new ApiException(500, "InternalError", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }

        foreach (var stored in budgets)
        {
            var budget = new DisruptionBudget(context.Store, stored);
            if (budget.Allowed < 1)
            {
                var cause = $"The disruption budget {stored.Key.Name} needs {budget.Desired} healthy pods and has {budget.Healthy} currently";
                throw new ApiException(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.",
                    new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = cause }) });
            }
        }
    }
}
