using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>A directory for each volume claim, which outlives the pods that use it.</summary>
public sealed class ClaimDirectories(DataDirectory data)
{
    public string Of(ObjectKey claim) => Path.Combine(data.Folder("volumes"), claim.Namespace, claim.Name);

    public void Create(ObjectKey claim) => Directory.CreateDirectory(Of(claim));

    public void Remove(ObjectKey claim)
    {
        if (Directory.Exists(Of(claim)))
        {
            Directory.Delete(Of(claim), recursive: true);
            var parent = Path.GetDirectoryName(Of(claim))!;
            if (!Directory.EnumerateFileSystemEntries(parent).Any())
            {
                Directory.Delete(parent);
            }
        }
    }
}
