using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>A definition that is deleted waits until its objects are gone, finalizers included.</summary>
public sealed class CustomResourceCleanup(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ILogger<CustomResourceCleanup> logger)
    : Controller(store, logger)
{
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";

    protected override bool Watches(ObjectKey key) => true;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == BuiltInResources.CustomResourceDefinitions ? changed.Deleting && !deleted ? [changed.Key] : []
        : deleted ? [new ObjectKey(BuiltInResources.CustomResourceDefinitions, "", changed.Key.Resource)]
        : [];

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { Deleting: true } definition || !definition.ToObject().Texts("metadata", "finalizers").Contains(Finalizer))
        {
            return;
        }

        var type = catalog.Find(key.Name);
        var objects = Store.List(key.Name).Objects;
        foreach (var stored in objects.Where(stored => !stored.Deleting))
        {
            try
            {
                if (type is not null)
                {
                    registry.Delete(type, stored.Key.Namespace, stored.Key.Name, new DeleteOptions());
                }
            }
            catch (ApiException gone) when (gone.Code == 404)
            {
                // Somebody was faster.
            }
        }

        if (type is null || Store.List(key.Name).Objects.Count == 0)
        {
            registry.Update(catalog.Find(BuiltInResources.CustomResourceDefinitions)!, "", key.Name, live =>
            {
                live.Ensure("metadata")["finalizers"] = live.Texts("metadata", "finalizers").Where(one => one != Finalizer).Select(one => (JsonNode)one).ToJsonArray();
                return live;
            }, WriteOptions.Main);
        }
    }
}
