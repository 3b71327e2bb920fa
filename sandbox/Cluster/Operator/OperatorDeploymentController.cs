using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;

namespace TempoCos.Cluster.Operator;

/// <summary>Says of the operator's Deployment what its pods would make true.</summary>
public sealed class OperatorDeploymentController(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ILogger<OperatorDeploymentController> logger)
    : Controller(store, logger)
{
    protected override bool Watches(ObjectKey key) => key == OperatorDeployment.Key;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) => [changed.Key];

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is { Deleting: false })
        {
            registry.Update(catalog.Find(BuiltInResources.Deployments)!, key.Namespace, key.Name, live =>
            {
                live["status"] = OperatorDeployment.Status(live, registry.Now);
                return live;
            }, WriteOptions.OfStatus);
        }
    }
}
