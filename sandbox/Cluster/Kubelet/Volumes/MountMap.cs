using System.Text.RegularExpressions;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>
/// Which directories of this machine stand for the paths that a container mounts. A process has no root of its own here, so those paths are
/// replaced wherever it reads them: in its arguments and in the files of its ConfigMaps.
/// </summary>
/// <param name="all">The mounts.</param>
/// <param name="ownRoot">Whether an engine gives the container a root where the paths are as it knows them.</param>
public sealed class MountMap(IReadOnlyList<ContainerMount> all, bool ownRoot)
{
    public IReadOnlyList<ContainerMount> All => all;

    public string Rewrite(string text)
    {
        foreach (var mount in all.Where(_ => !ownRoot).OrderByDescending(mount => mount.Path.Length))
        {
            text = Regex.Replace(text, $"(?<![A-Za-z0-9_./-]){Regex.Escape(mount.Path)}(?![A-Za-z0-9_.-])", mount.Directory.Replace("$", "$$", StringComparison.Ordinal));
        }

        return text;
    }
}
