using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;

namespace TempoCos.Cluster.Access;

/// <summary>Every namespace has the service account "default", from its first moment, and gets it back.</summary>
public sealed class NamespaceContent(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ILogger<NamespaceContent> logger)
    : Controller(store, logger)
{
    public const string Account = "default";

    /// <summary>After something was made: a new namespace has all this before anybody hears of it. What stands against it now is tried again by the controller.</summary>
    public void Begin(ResourceType type, JsonObject created)
    {
        if (type.Resource != BuiltInResources.Namespaces)
        {
            return;
        }

        try
        {
            Reconcile(new ObjectKey(type.Resource, "", created.Text("metadata", "name")!));
        }
        catch (ApiException)
        {
            // The namespace is going already, or the controller was faster.
        }
    }

    protected override bool Watches(ObjectKey key) =>
        key.Resource == BuiltInResources.Namespaces || key is { Resource: BuiltInResources.ServiceAccounts, Name: Account };

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == BuiltInResources.Namespaces ? deleted ? [] : [changed.Key]
        : deleted ? [new ObjectKey(BuiltInResources.Namespaces, "", changed.Key.Namespace)]
        : [];

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { Deleting: false })
        {
            return;
        }

        if (Store.Find(new ObjectKey(BuiltInResources.ServiceAccounts, key.Name, Account)) is null)
        {
            registry.Create(catalog.Find(BuiltInResources.ServiceAccounts)!, key.Name, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Account } }, WriteOptions.Main);
        }
    }
}
