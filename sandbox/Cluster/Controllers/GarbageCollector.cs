using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers;

/// <summary>
/// Owner references: what has lost its owners goes; an owner deleted in the foreground waits for what it owns; an orphaning one lets go of it.
/// The objects of a definition that goes, go too.
/// </summary>
public sealed class GarbageCollector(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ILogger<GarbageCollector> logger)
    : Controller(store, logger)
{
    protected override bool Watches(ObjectKey key) => true;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted)
    {
        if (!deleted)
        {
            return changed.Deleting || changed.Owners.Count > 0 ? [changed.Key] : [];
        }

        var concerned = Store.Where(stored => stored.Owners.Contains(changed.Uid) || (stored.Deleting && changed.Owners.Contains(stored.Uid)));
        return concerned.Concat(changed.Key.Resource == BuiltInResources.CustomResourceDefinitions ? Store.List(changed.Key.Name).Objects : []).Select(stored => stored.Key);
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { } stored)
        {
            return;
        }

        if (catalog.Find(key.Resource) is not { } type)
        {
            Store.TryRemove(key, stored.Version);
        }
        else if (stored.Deleting)
        {
            Finish(type, stored);
        }
        else if (stored.Owners.Count > 0)
        {
            Collect(stored);
        }
    }

    /// <summary>What has no owner left goes; what has some forgets those that are gone.</summary>
    private void Collect(StoredObject stored)
    {
        var living = Store.Where(other => stored.Owners.Contains(other.Uid)).Select(owner => owner.Uid).ToHashSet();
        if (living.Count == 0)
        {
            Delete(stored.Key, "Background");
            return;
        }

        foreach (var gone in stored.Owners.Where(owner => !living.Contains(owner)))
        {
            LetGo(stored.Key, gone);
        }
    }

    private void Finish(ResourceType type, StoredObject stored)
    {
        var finalizers = stored.ToObject().Texts("metadata", "finalizers").ToList();
        var dependents = Store.Where(other => other.Owners.Contains(stored.Uid));
        if (finalizers.Contains("orphan"))
        {
            foreach (var dependent in dependents)
            {
                LetGo(dependent.Key, stored.Uid);
            }

            Drop(type, stored.Key, "orphan");
        }
        else if (finalizers.Contains("foregroundDeletion"))
        {
            var blocking = dependents.Where(dependent => Blocks(dependent, stored.Uid)).ToList();
            foreach (var dependent in blocking.Where(dependent => !dependent.Deleting))
            {
                if (dependent.Owners.Count > 1 && Store.Where(other => !other.Deleting && dependent.Owners.Contains(other.Uid)).Count > 0)
                {
                    LetGo(dependent.Key, stored.Uid);
                }
                else
                {
                    Delete(dependent.Key, "Foreground");
                }
            }

            // What does not block its owner's deletion is collected when the owner has gone.
            if (!Store.Where(other => other.Owners.Contains(stored.Uid)).Any(dependent => Blocks(dependent, stored.Uid)))
            {
                Drop(type, stored.Key, "foregroundDeletion");
            }
        }
    }

    private static bool Blocks(StoredObject dependent, string owner) =>
        dependent.ToObject().Objects("metadata", "ownerReferences").Any(reference => reference.Text("uid") == owner && reference.Flag("blockOwnerDeletion"));

    private void Drop(ResourceType type, ObjectKey key, string finalizer) => registry.Update(type, key.Namespace, key.Name, live =>
    {
        live.Ensure("metadata")["finalizers"] = live.Texts("metadata", "finalizers").Where(one => one != finalizer).Select(one => (JsonNode)one).ToJsonArray();
        return live;
    }, WriteOptions.Main);

    private void LetGo(ObjectKey key, string owner)
    {
        if (catalog.Find(key.Resource) is { } type)
        {
            registry.Update(type, key.Namespace, key.Name, live =>
            {
                live.Ensure("metadata")["ownerReferences"] = live.Objects("metadata", "ownerReferences")
                    .Where(reference => reference.Text("uid") != owner).Select(reference => reference.DeepClone()).ToJsonArray();
                return live;
            }, WriteOptions.Main);
        }
    }

    private void Delete(ObjectKey key, string propagation)
    {
        try
        {
            registry.Delete(catalog.Find(key.Resource)!, key.Namespace, key.Name, new DeleteOptions(propagation));
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            // Somebody was faster.
        }
    }
}
