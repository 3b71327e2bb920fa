using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers;

/// <summary>A namespace that is being deleted takes its content with it and goes when that is gone.</summary>
public sealed class NamespaceController(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ILogger<NamespaceController> logger)
    : Controller(store, logger)
{
    protected override bool Watches(ObjectKey key) => true;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == BuiltInResources.Namespaces ? changed.Deleting ? [changed.Key] : []
        : deleted && changed.Key.Namespace.Length > 0 ? [new ObjectKey(BuiltInResources.Namespaces, "", changed.Key.Namespace)]
        : [];

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { Deleting: true } found)
        {
            return;
        }

        var content = Store.Where(stored => stored.Key.Namespace == key.Name);
        foreach (var stored in content.Where(stored => !stored.Deleting))
        {
            Delete(stored.Key);
        }

        var remaining = Store.Where(stored => stored.Key.Namespace == key.Name);
        if (!found.ToObject().Texts("spec", "finalizers").Any() || remaining.Count == 0)
        {
            Store.TryRemove(key, found.Version);
        }
        else
        {
            Tell(key, remaining);
        }
    }

    /// <summary>Says in the conditions of the namespace what holds it.</summary>
    private void Tell(ObjectKey key, IReadOnlyList<StoredObject> remaining)
    {
        var conditions = NamespaceConditions.Of(remaining, registry.Now);
        registry.Update(catalog.Find(BuiltInResources.Namespaces)!, "", key.Name, live =>
        {
            live.Ensure("status")["phase"] = "Terminating";
            live.Ensure("status")["conditions"] = NamespaceConditions.Since(conditions, live.At("status", "conditions"));
            return live;
        }, WriteOptions.OfStatus);
    }

    private void Delete(ObjectKey key)
    {
        try
        {
            if (catalog.Find(key.Resource) is { } type)
            {
                registry.Delete(type, key.Namespace, key.Name, new DeleteOptions());
            }
            else if (Store.Find(key) is { } orphan)
            {
                // Its definition has gone before it.
                Store.TryRemove(key, orphan.Version);
            }
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            // Somebody was faster.
        }
    }
}
