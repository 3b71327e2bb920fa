using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Selection;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers.Disruption;

/// <summary>Says of each PodDisruptionBudget how many of its pods may go.</summary>
public sealed class DisruptionController(ControllerContext context, ILogger<DisruptionController> logger) : Controller(context.Store, logger)
{
    protected override bool Watches(ObjectKey key) =>
        key.Resource is BuiltInResources.DisruptionBudgets or BuiltInResources.Pods or BuiltInResources.ReplicaSets or BuiltInResources.StatefulSets;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) => changed.Key.Resource switch
    {
        BuiltInResources.DisruptionBudgets => deleted ? [] : [changed.Key],
        BuiltInResources.Pods => Store.List(BuiltInResources.DisruptionBudgets, changed.Key.Namespace).Objects
            .Where(budget => budget.ToObject().At("spec", "selector") is { } selector && LabelSelector.From(selector).Matches(changed.Labels)).Select(budget => budget.Key),
        _ => Store.List(BuiltInResources.DisruptionBudgets, changed.Key.Namespace).Objects.Select(budget => budget.Key),
    };

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is { Deleting: false } stored)
        {
            context.Writer.Status(BuiltInResources.DisruptionBudgets, stored.ToObject(), new DisruptionBudget(Store, stored).Status(context.Registry.Now));
        }
    }
}
