using System.Text.RegularExpressions;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>
/// Which directories of this machine stand for the paths that a container mounts. There is no root of its own here, so those paths are
/// replaced wherever the container reads them: in its arguments and in the files of its ConfigMaps.
/// </summary>
public sealed class MountMap(IReadOnlyList<KeyValuePair<string, string>> mounts)
{
    public string Rewrite(string text)
    {
        foreach (var (path, directory) in mounts.OrderByDescending(mount => mount.Key.Length))
        {
            text = Regex.Replace(text, $"(?<![A-Za-z0-9_./-]){Regex.Escape(path)}(?![A-Za-z0-9_.-])", directory.Replace("$", "$$", StringComparison.Ordinal));
        }

        return text;
    }
}
