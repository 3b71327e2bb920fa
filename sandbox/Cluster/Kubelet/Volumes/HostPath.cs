using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>hostPath volumes: refused unless the options allow them, and then of the type that they ask for.</summary>
public sealed class HostPath(ClusterOptions options)
{
    /// <exception cref="VolumeException">They are not allowed, or the path is of another type.</exception>
    public string Check(JsonObject volume)
    {
        var (name, path, type) = (volume.Text("name")!, volume.Text("hostPath", "path") ?? "", volume.Text("hostPath", "type") ?? "");
        if (!options.AllowHostPath)
        {
            throw new VolumeException(name, "hostPath volumes are not allowed to be used");
        }

        switch (type)
        {
            case "DirectoryOrCreate":
                Directory.CreateDirectory(path);
                break;
            case "FileOrCreate" when !File.Exists(path):
                File.WriteAllBytes(path, []);
                break;
            case "Directory" when !Directory.Exists(path):
                throw new VolumeException(name, $"hostPath type check failed: {path} is not a directory");
            case "File" when !File.Exists(path):
                throw new VolumeException(name, $"hostPath type check failed: {path} is not a file");
            default:
                break;
        }

        return path;
    }
}
