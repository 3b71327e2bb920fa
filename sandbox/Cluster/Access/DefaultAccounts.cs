using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;

namespace TempoCos.Cluster.Access;

/// <summary>Every namespace has the service account "default".</summary>
public sealed class DefaultAccounts(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ILogger<DefaultAccounts> logger)
    : Controller(store, logger)
{
    private const string Account = "default";

    protected override bool Watches(ObjectKey key) =>
        key.Resource == BuiltInResources.Namespaces
        || key is { Resource: BuiltInResources.ServiceAccounts, Name: Account };

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == BuiltInResources.Namespaces ? deleted ? [] : [changed.Key]
        : deleted ? [new ObjectKey(BuiltInResources.Namespaces, "", changed.Key.Namespace)]
        : [];

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is null or { Deleting: true })
        {
            return;
        }

        if (Store.Find(new ObjectKey(BuiltInResources.ServiceAccounts, key.Name, Account)) is null)
        {
            registry.Create(catalog.Find(BuiltInResources.ServiceAccounts)!, key.Name, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Account } }, WriteOptions.Main);
        }
    }
}
