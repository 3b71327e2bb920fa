using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>A directory for each volume, which outlives the pods and the claim that use it, but not the volume.</summary>
public sealed class ClaimDirectories(DataDirectory data, ObjectStore store)
{
    /// <summary>The directory of the volume that a claim is bound to.</summary>
    public string Of(StoredObject claim)
    {
        var name = claim.ToObject().Text("spec", "volumeName") ?? $"pvc-{claim.Uid}";
        var volume = store.Find(new ObjectKey(BuiltInResources.Volumes, "", name))?.ToObject();
        return volume.Text("spec", "hostPath", "path") ?? volume.Text("spec", "local", "path") ?? OfVolume(name);
    }

    /// <summary>Makes the directory of a new volume, and says where it is.</summary>
    public string Create(string volume) => Directory.CreateDirectory(OfVolume(volume)).FullName;

    public void Remove(string volume)
    {
        if (Directory.Exists(OfVolume(volume)))
        {
            Directory.Delete(OfVolume(volume), recursive: true);
        }
    }

    private string OfVolume(string name) => Path.Combine(data.Folder("volumes"), name);
}
