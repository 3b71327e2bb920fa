using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>A directory for each volume claim, which outlives the pods that use it but not the claim: another claim of the same name begins empty.</summary>
public sealed class ClaimDirectories(DataDirectory data)
{
    public string Of(StoredObject claim) => Path.Combine(OfName(claim.Key), claim.Uid);

    public void Create(StoredObject claim) => Directory.CreateDirectory(Of(claim));

    /// <summary>Removes what claims of this name have left, save that of the claim which has it now.</summary>
    public void RemoveOthers(ObjectKey name, StoredObject? claim)
    {
        var directory = OfName(name);
        if (!Directory.Exists(directory))
        {
            return;
        }

        foreach (var old in Directory.EnumerateDirectories(directory).Where(old => Path.GetFileName(old) != claim?.Uid).ToList())
        {
            Directory.Delete(old, recursive: true);
        }

        if (claim is null)
        {
            Directory.Delete(directory);
            var parent = Path.GetDirectoryName(directory)!;
            if (!Directory.EnumerateFileSystemEntries(parent).Any())
            {
                Directory.Delete(parent);
            }
        }
    }

    private string OfName(ObjectKey claim) => Path.Combine(data.Folder("volumes"), claim.Namespace, claim.Name);
}
