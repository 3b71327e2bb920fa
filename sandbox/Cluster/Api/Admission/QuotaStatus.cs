using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;

namespace TempoCos.Cluster.Api.Admission;

/// <summary>Writes how much of a ResourceQuota is used into its status.</summary>
public sealed class QuotaStatus(ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ILogger<QuotaStatus> logger)
    : Controller(store, logger)
{
    protected override bool Watches(ObjectKey key) => key.Namespace.Length > 0;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        Store.List(BuiltInResources.Quotas, changed.Key.Namespace).Objects.Select(quota => quota.Key);

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key)?.ToObject() is not { } quota || quota.At("spec", "hard") is not JsonObject hard)
        {
            return;
        }

        var status = new JsonObject
        {
            ["hard"] = hard.DeepClone(),
            ["used"] = new JsonObject(hard.Select(limit => KeyValuePair.Create<string, JsonNode?>(limit.Key, QuotaUsage.Of(Store, key.Namespace, limit.Key).ToString()))),
        };
        if (!JsonNode.DeepEquals(status, quota.At("status")))
        {
            registry.Update(catalog.Find(BuiltInResources.Quotas)!, key.Namespace, key.Name, live =>
            {
                live["status"] = status.DeepClone();
                return live;
            }, WriteOptions.OfStatus);
        }
    }
}
