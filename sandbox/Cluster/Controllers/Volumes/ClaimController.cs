using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Kubelet.Volumes;

namespace TempoCos.Cluster.Controllers.Volumes;

/// <summary>Binds each claim to a directory and protects it while a pod uses it: a deleted claim goes, with its directory, when its last pod has gone.</summary>
public sealed class ClaimController(
    ObjectStore store, ResourceRegistry registry, ResourceCatalog catalog, ObjectWriter writer, ClaimDirectories directories, ILogger<ClaimController> logger)
    : Controller(store, logger)
{
    public const string Protection = "kubernetes.io/pvc-protection";

    protected override bool Watches(ObjectKey key) => key.Resource is BuiltInResources.Claims or BuiltInResources.Pods;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == BuiltInResources.Claims ? [changed.Key] : deleted ? Claims(changed) : [];

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { } stored)
        {
            directories.RemoveOthers(key, null);
            return;
        }

        directories.RemoveOthers(key, stored);
        var claim = stored.ToObject();
        if (stored.Deleting)
        {
            if (!Store.List(BuiltInResources.Pods, key.Namespace).Objects.Any(pod => Claims(pod).Contains(key)))
            {
                registry.Update(catalog.Find(BuiltInResources.Claims)!, key.Namespace, key.Name, live =>
                {
                    live.Ensure("metadata")["finalizers"] = live.Texts("metadata", "finalizers").Where(one => one != Protection).Select(one => (JsonNode)one).ToJsonArray();
                    return live;
                }, WriteOptions.Main);
            }

            return;
        }

        directories.Create(stored);
        registry.Update(catalog.Find(BuiltInResources.Claims)!, key.Namespace, key.Name, live =>
        {
            Protect(live);
            live.Ensure("spec")["volumeName"] ??= $"pvc-{stored.Uid}";
            live.Ensure("spec")["storageClassName"] ??= "standard";
            return live;
        }, WriteOptions.Main);
        writer.Status(BuiltInResources.Claims, claim, new JsonObject
        {
            ["phase"] = "Bound",
            ["accessModes"] = claim.At("spec", "accessModes")?.DeepClone(),
            ["capacity"] = new JsonObject { ["storage"] = claim.At("spec", "resources", "requests", "storage")?.DeepClone() },
        });
    }

    private static void Protect(JsonObject claim)
    {
        var finalizers = claim.Texts("metadata", "finalizers").ToList();
        if (claim.At("metadata", "deletionTimestamp") is null && !finalizers.Contains(Protection))
        {
            claim.Ensure("metadata")["finalizers"] = finalizers.Append(Protection).Select(one => (JsonNode)one).ToJsonArray();
        }
    }

    private static IEnumerable<ObjectKey> Claims(StoredObject pod) => pod.ToObject().Objects("spec", "volumes")
        .Select(volume => volume.Text("persistentVolumeClaim", "claimName")).OfType<string>()
        .Select(name => new ObjectKey(BuiltInResources.Claims, pod.Key.Namespace, name));
}
