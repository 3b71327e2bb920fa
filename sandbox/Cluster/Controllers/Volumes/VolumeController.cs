using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Kubelet.Volumes;

namespace TempoCos.Cluster.Controllers.Volumes;

/// <summary>Says of each volume whether it is free, bound or released, and does with a released one what its policy says.</summary>
public sealed class VolumeController(ControllerContext context, ClaimDirectories directories, ILogger<VolumeController> logger) : Controller(context.Store, logger)
{
    public const string Protection = "kubernetes.io/pv-protection";
    private const string Component = "persistentvolume-controller";

    protected override bool Watches(ObjectKey key) => key.Resource is BuiltInResources.Volumes or BuiltInResources.Claims;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) =>
        changed.Key.Resource == BuiltInResources.Volumes ? [changed.Key]
        : Store.List(BuiltInResources.Volumes).Objects.Where(volume => volume.ToObject().At("spec", "claimRef") is var reference
            && reference.Text("namespace") == changed.Key.Namespace && reference.Text("name") == changed.Key.Name).Select(volume => volume.Key);

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { } stored)
        {
            return;
        }

        var volume = stored.ToObject();
        var phase = Phase(volume);
        if (stored.Deleting)
        {
            if (phase != "Bound")
            {
                Finalizers(key, finalizers => finalizers.Where(one => one != Protection));
            }

            return;
        }

        Finalizers(key, finalizers => finalizers.Append(Protection).Distinct());
        if (phase != "Released" || volume.Text("spec", "persistentVolumeReclaimPolicy") != "Delete")
        {
            Write(volume, phase);
        }
        else if (volume.Text("metadata", "annotations", ClaimController.ProvisionedBy) == StorageClassView.Directory)
        {
            directories.Remove(key.Name);
            context.Writer.Delete(key, stored.Uid);
        }
        else if (volume.Text("status", "phase") != "Failed")
        {
            Write(volume, "Failed");
            context.Events.Record(volume, Component, warning: true, "VolumeFailedDelete", $"error getting deleter volume plugin for volume \"{key.Name}\": no deletable volume plugin matched");
        }
    }

    private string Phase(JsonObject volume)
    {
        var reference = volume.At("spec", "claimRef");
        if (reference.Text("uid") is not { Length: > 0 } uid)
        {
            return "Available";
        }

        return Store.Find(new ObjectKey(BuiltInResources.Claims, reference.Text("namespace") ?? "", reference.Text("name") ?? ""))?.Uid == uid ? "Bound" : "Released";
    }

    private void Write(JsonObject volume, string phase) => context.Registry.Update(context.Type(BuiltInResources.Volumes), "", volume.Text("metadata", "name")!, live =>
    {
        if (live.Text("status", "phase") != phase)
        {
            live["status"] = new JsonObject { ["phase"] = phase, ["lastPhaseTransitionTime"] = context.Registry.Now };
        }

        return live;
    }, WriteOptions.OfStatus);

    private void Finalizers(ObjectKey key, Func<IEnumerable<string>, IEnumerable<string>> change) => context.Registry.Update(context.Type(BuiltInResources.Volumes), "", key.Name, live =>
    {
        live.Ensure("metadata")["finalizers"] = change([.. live.Texts("metadata", "finalizers")]).Select(one => (JsonNode)one).ToJsonArray();
        return live;
    }, WriteOptions.Main);
}
