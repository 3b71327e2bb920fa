using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;
using TempoCos.Cluster.Kubelet.Volumes;

namespace TempoCos.Cluster.Controllers.Volumes;

/// <summary>
/// Binds each claim to a volume: one that is there and suits it, else one that is made for it as its storage class says.
/// A claim that is being deleted stays while a pod uses it.
/// </summary>
public sealed class ClaimController(ControllerContext context, ClaimDirectories directories, ILogger<ClaimController> logger) : Controller(context.Store, logger)
{
    public const string Protection = "kubernetes.io/pvc-protection";
    public const string ProvisionedBy = "pv.kubernetes.io/provisioned-by";
    private const string Component = "persistentvolume-controller";
    private const string BindCompleted = "pv.kubernetes.io/bind-completed";

    protected override bool Watches(ObjectKey key) =>
        key.Resource is BuiltInResources.Claims or BuiltInResources.Pods or BuiltInResources.Volumes or BuiltInResources.StorageClasses;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) => changed.Key.Resource switch
    {
        BuiltInResources.Claims => deleted ? [] : [changed.Key],
        BuiltInResources.Pods => deleted || new PodState(changed).HasEnded ? Claims(changed) : [],
        _ => Store.List(BuiltInResources.Claims).Objects
            .Where(claim => claim.ToObject() is var content && (content.Text("status", "phase") != "Bound" || content.Text("spec", "volumeName") == changed.Key.Name)).Select(claim => claim.Key),
    };

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { } stored)
        {
            return;
        }

        if (stored.Deleting)
        {
            LetGo(stored);
            return;
        }

        var claim = Protect(stored);
        if (claim.Text("spec", "volumeName") is not { Length: > 0 } name)
        {
            Choose(claim);
        }
        else if (Store.Find(new ObjectKey(BuiltInResources.Volumes, "", name)) is { } volume)
        {
            if (volume.ToObject() is var content && (content.At("spec", "claimRef") is null || VolumeMatch.IsReservedFor(claim, content)))
            {
                Bind(claim, volume);
            }
        }
        else if (claim.Text("metadata", "annotations", BindCompleted) is not null)
        {
            Lose(claim);
        }
        else if (name == NameOf(claim))
        {
            // It was promised its own volume, which is not there yet.
            Choose(claim);
        }
    }

    private static string NameOf(JsonObject claim) => $"pvc-{claim.Text("metadata", "uid")}";

    private void LetGo(StoredObject stored)
    {
        if (Store.List(BuiltInResources.Pods, stored.Key.Namespace).Objects
            .Any(pod => Claims(pod).Contains(stored.Key) && new PodState(pod) is { IsAssigned: true, HasEnded: false }))
        {
            return;
        }

        Update(BuiltInResources.Claims, stored.ToObject(), live => live.Ensure("metadata")["finalizers"] =
            live.Texts("metadata", "finalizers").Where(one => one != Protection).Select(one => (JsonNode)one).ToJsonArray());
    }

    private JsonObject Protect(StoredObject stored) => Update(BuiltInResources.Claims, stored.ToObject(), live =>
    {
        var finalizers = live.Texts("metadata", "finalizers").ToList();
        if (live.At("metadata", "deletionTimestamp") is null && !finalizers.Contains(Protection))
        {
            live.Ensure("metadata")["finalizers"] = finalizers.Append(Protection).Select(one => (JsonNode)one).ToJsonArray();
        }

        if (live.At("spec", "storageClassName") is null && StorageClassView.FindDefault(Store) is { } given)
        {
            live.Ensure("spec")["storageClassName"] = given.Name;
        }
    });

    private void Choose(JsonObject claim)
    {
        var wanted = claim.Text("spec", "storageClassName") ?? "";
        var waits = StorageClassView.WaitsForConsumer(Store, claim) && claim.Text("metadata", "annotations", StorageClassView.SelectedNode) is null;
        if (!waits && VolumeMatch.Best(claim, Store.List(BuiltInResources.Volumes).Objects) is { } there)
        {
            Bind(claim, there);
        }
        else if (wanted.Length == 0)
        {
            Tell(claim, warning: false, "FailedBinding", "no persistent volumes available for this claim and no storage class is set");
        }
        else if (StorageClassView.Find(Store, wanted) is not { } storageClass)
        {
            Tell(claim, warning: true, "ProvisioningFailed", $"storageclass.storage.k8s.io \"{wanted}\" not found");
        }
        else if (waits)
        {
            Tell(claim, warning: false, "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
        }
        else if (storageClass.Provisioner == StorageClassView.Directory)
        {
            Provision(claim, storageClass);
        }
        else if (storageClass.Provisioner.StartsWith("kubernetes.io/", StringComparison.Ordinal))
        {
            Tell(claim, warning: true, "ProvisioningFailed", $"no volume plugin matched name: {storageClass.Provisioner}");
        }
        else
        {
            Update(BuiltInResources.Claims, claim, live => live.Ensure("metadata", "annotations")["volume.kubernetes.io/storage-provisioner"] = storageClass.Provisioner);
            Tell(claim, warning: false, "ExternalProvisioning", $"Waiting for a volume to be created either by the external provisioner '{storageClass.Provisioner}' or manually by the system administrator. " +
                "If volume creation is delayed, please verify that the provisioner is running and correctly registered.");
        }
    }

    private void Provision(JsonObject claim, StorageClassView storageClass)
    {
        var name = NameOf(claim);
        var volume = context.Registry.Create(context.Type(BuiltInResources.Volumes), "", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["annotations"] = new JsonObject { [ProvisionedBy] = StorageClassView.Directory },
                ["finalizers"] = new JsonArray(VolumeController.Protection),
            },
            ["spec"] = new JsonObject
            {
                ["accessModes"] = claim.At("spec", "accessModes")?.DeepClone(),
                ["capacity"] = new JsonObject { ["storage"] = claim.At("spec", "resources", "requests", "storage")?.DeepClone() },
                ["claimRef"] = Reference(claim),
                ["hostPath"] = new JsonObject { ["path"] = directories.Create(name), ["type"] = "DirectoryOrCreate" },
                ["persistentVolumeReclaimPolicy"] = storageClass.ReclaimPolicy,
                ["storageClassName"] = storageClass.Name,
                ["volumeMode"] = claim.Text("spec", "volumeMode") ?? "Filesystem",
            },
        }, WriteOptions.Main);
        Tell(claim, warning: false, "ProvisioningSucceeded", $"Successfully provisioned volume {name}");
        Bind(claim, Store.Find(new ObjectKey(BuiltInResources.Volumes, "", volume.Text("metadata", "name")!))!);
    }

    private void Bind(JsonObject claim, StoredObject volume)
    {
        var content = Update(BuiltInResources.Volumes, volume.ToObject(), live => live.Ensure("spec")["claimRef"] = Reference(claim));
        Update(BuiltInResources.Claims, claim, live =>
        {
            live.Ensure("spec")["volumeName"] = volume.Key.Name;
            live.Ensure("metadata", "annotations")[BindCompleted] = "yes";
        });
        context.Writer.Status(BuiltInResources.Claims, claim, new JsonObject
        {
            ["phase"] = "Bound",
            ["accessModes"] = content.At("spec", "accessModes")?.DeepClone(),
            ["capacity"] = content.At("spec", "capacity")?.DeepClone(),
        });
    }

    private void Lose(JsonObject claim)
    {
        if (claim.Text("status", "phase") != "Lost")
        {
            context.Writer.Status(BuiltInResources.Claims, claim, new JsonObject { ["phase"] = "Lost" });
            Tell(claim, warning: true, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
        }
    }

    private static JsonObject Reference(JsonObject claim) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "PersistentVolumeClaim",
        ["name"] = claim.Text("metadata", "name"),
        ["namespace"] = claim.Text("metadata", "namespace"),
        ["uid"] = claim.Text("metadata", "uid"),
    };

    private JsonObject Update(string resource, JsonObject target, Action<JsonObject> change) =>
        context.Registry.Update(context.Type(resource), target.Text("metadata", "namespace") ?? "", target.Text("metadata", "name")!, live =>
        {
            change(live);
            return live;
        }, WriteOptions.Main);

    private void Tell(JsonObject claim, bool warning, string reason, string message) => context.Events.Record(claim, Component, warning, reason, message);

    private static IEnumerable<ObjectKey> Claims(StoredObject pod) => pod.ToObject().Objects("spec", "volumes")
        .Select(volume => volume.Text("persistentVolumeClaim", "claimName")).OfType<string>()
        .Select(name => new ObjectKey(BuiltInResources.Claims, pod.Key.Namespace, name));
}
