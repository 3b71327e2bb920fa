using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Controllers.Volumes;

/// <summary>What a storage class says of the volumes that are made for it.</summary>
public sealed class StorageClassView(JsonObject content)
{
    public const string SelectedNode = "volume.kubernetes.io/selected-node";

    /// <summary>The provisioner of this cluster: a directory for each volume.</summary>
    public const string Directory = "tempocos.dev/directory";

    private const string Default = "storageclass.kubernetes.io/is-default-class";

    public string Name => content.Text("metadata", "name")!;

    public string Provisioner => content.Text("provisioner") ?? "";

    public string ReclaimPolicy => content.Text("reclaimPolicy") ?? "Delete";

    public bool Waits => content.Text("volumeBindingMode") == "WaitForFirstConsumer";

    public static StorageClassView? Find(ObjectStore store, string name) =>
        store.Find(new ObjectKey(BuiltInResources.StorageClasses, "", name)) is { } stored ? new StorageClassView(stored.ToObject()) : null;

    /// <summary>The class of claims that name none: the youngest of those marked as default.</summary>
    public static StorageClassView? FindDefault(ObjectStore store) => store.List(BuiltInResources.StorageClasses).Objects
        .Select(stored => stored.ToObject()).Where(one => one.Text("metadata", "annotations", Default) == "true")
        .OrderByDescending(one => one.Text("metadata", "creationTimestamp"), StringComparer.Ordinal).ThenBy(one => one.Text("metadata", "name"), StringComparer.Ordinal)
        .Select(one => new StorageClassView(one)).FirstOrDefault();

    /// <summary>Whether a claim is bound only when a pod that uses it has a node.</summary>
    public static bool WaitsForConsumer(ObjectStore store, JsonObject claim) =>
        claim.Text("spec", "volumeName") is null or "" && claim.Text("spec", "storageClassName") is { Length: > 0 } name && Find(store, name) is { Waits: true };
}
