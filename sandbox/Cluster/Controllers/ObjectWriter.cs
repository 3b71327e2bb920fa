using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Patching;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers;

/// <summary>Makes objects be as a controller wants them, owned by the object that it makes them for.</summary>
public sealed class ObjectWriter(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog)
{
    /// <summary>Creates the object beside its owner, or merges what is wanted into what is there.</summary>
    public void Put(string resource, JsonObject owner, JsonObject wanted)
    {
        var type = catalog.Find(resource)!;
        var ns = owner.Text("metadata", "namespace")!;
        var name = wanted.Text("metadata", "name")!;
        wanted.Ensure("metadata")["ownerReferences"] = new JsonArray(Reference(owner));
        if (store.Find(new ObjectKey(resource, ns, name)) is null)
        {
            registry.Create(type, ns, wanted.Copy(), WriteOptions.Main);
            return;
        }

        registry.Update(type, ns, name, live =>
        {
            JsonMergePatch.Apply(live, wanted);
            return live;
        }, WriteOptions.Main);
    }

    public void Status(string resource, JsonObject target, JsonObject status) =>
        registry.Update(catalog.Find(resource)!, target.Text("metadata", "namespace")!, target.Text("metadata", "name")!, live =>
        {
            live["status"] = status.DeepClone();
            return live;
        }, WriteOptions.OfStatus);

    /// <summary>Deletes the object if it is there.</summary>
    public void Delete(ObjectKey key, string? uid = null, long? gracePeriodSeconds = null)
    {
        try
        {
            registry.Delete(catalog.Find(key.Resource)!, key.Namespace, key.Name, new DeleteOptions(Uid: uid, GracePeriodSeconds: gracePeriodSeconds));
        }
        catch (ApiException gone) when (gone.Code is 404 or 409)
        {
            // It has gone already, or another one has its name now.
        }
    }

    public static JsonObject Reference(JsonObject owner) => new()
    {
        ["apiVersion"] = owner.Text("apiVersion"),
        ["kind"] = owner.Text("kind"),
        ["name"] = owner.Text("metadata", "name"),
        ["uid"] = owner.Text("metadata", "uid"),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };
}
