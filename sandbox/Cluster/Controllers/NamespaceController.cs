using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;

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
            if (Store.TryRemove(key, found.Version) is null)
            {
                Again(key);
            }

            return;
        }

        Tell(key, remaining);
    }

    /// <summary>What a namespace waits for stands in its conditions.</summary>
    private void Tell(ObjectKey key, IReadOnlyList<StoredObject> remaining)
    {
        var finalizers = remaining.SelectMany(stored => stored.ToObject().Texts("metadata", "finalizers")).CountBy(finalizer => finalizer)
            .OrderBy(finalizer => finalizer.Key, StringComparer.Ordinal).Select(finalizer => $"{finalizer.Key} in {finalizer.Value} resource instances").ToList();
        var kinds = remaining.CountBy(stored => stored.Key.Resource).OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => $"{(kind.Key.Contains('.', StringComparison.Ordinal) ? kind.Key : kind.Key + ".")} has {kind.Value} resource instances");
        registry.Update(catalog.Find(BuiltInResources.Namespaces)!, "", key.Name, live =>
        {
            var conditions = new Conditions(live.At("status"), registry.Now);
            conditions.Set("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered");
            conditions.Set("NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions", "All legacy kube types successfully parsed");
            conditions.Set("NamespaceDeletionContentFailure", "False", "ContentDeleted", "All content successfully deleted, may be waiting on finalization");
            Say(conditions, "NamespaceContentRemaining", "SomeResourcesRemain", $"Some resources are remaining: {string.Join(", ", kinds)}");
            if (finalizers.Count > 0)
            {
                Say(conditions, "NamespaceFinalizersRemaining", "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {string.Join(", ", finalizers)}");
            }
            else
            {
                conditions.Set("NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished");
            }

            live.Ensure("status")["conditions"] = conditions.ToJson();
            return live;
        }, WriteOptions.OfStatus);
    }

    private static void Say(Conditions conditions, string type, string reason, string message) =>
        conditions.Set(type, "True", reason, message, renewed: conditions.Find(type).Text("message") != message);

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
