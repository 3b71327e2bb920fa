using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;

namespace TempoCos.Cluster.Access;

/// <summary>Every namespace has the service account "default" and the authority of the API server, from its first moment, and gets them back.</summary>
public sealed class NamespaceContent(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ServerCertificate certificate, ILogger<NamespaceContent> logger)
    : Controller(store, logger)
{
    public const string Account = "default";

    /// <summary>A ConfigMap.</summary>
    public const string Authority = "kube-root-ca.crt";

    /// <summary>The key of the authority in it.</summary>
    public const string AuthorityKey = "ca.crt";

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
            // The namespace is going already.
        }
    }

    protected override bool Watches(ObjectKey key) =>
        key.Resource == BuiltInResources.Namespaces
        || key is { Resource: BuiltInResources.ServiceAccounts, Name: Account } or { Resource: BuiltInResources.ConfigMaps, Name: Authority };

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == BuiltInResources.Namespaces ? deleted ? [] : [changed.Key]
        : deleted || changed.Key.Resource == BuiltInResources.ConfigMaps ? [new ObjectKey(BuiltInResources.Namespaces, "", changed.Key.Namespace)]
        : [];

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { Deleting: false })
        {
            return;
        }

        var data = new JsonObject { [AuthorityKey] = certificate.AuthorityPem + "\n" };
        Make(BuiltInResources.ServiceAccounts, key.Name, Account, []);
        Make(BuiltInResources.ConfigMaps, key.Name, Authority, new JsonObject { ["data"] = data.DeepClone() });
        if (Store.Find(new ObjectKey(BuiltInResources.ConfigMaps, key.Name, Authority)) is { Deleting: false } found && !JsonNode.DeepEquals(found.ToObject().At("data"), data))
        {
            registry.Update(catalog.Find(BuiltInResources.ConfigMaps)!, key.Name, Authority, live =>
            {
                live["data"] = data.DeepClone();
                return live;
            }, WriteOptions.Main);
        }
    }

    private void Make(string resource, string ns, string name, JsonObject content)
    {
        if (Store.Find(new ObjectKey(resource, ns, name)) is not null)
        {
            return;
        }

        content["metadata"] = new JsonObject { ["name"] = name };
        try
        {
            registry.Create(catalog.Find(resource)!, ns, content, WriteOptions.Main);
        }
        catch (ApiException made) when (made.Reason == "AlreadyExists")
        {
            // Somebody was faster: the controller, or who has just made the namespace.
        }
    }
}
