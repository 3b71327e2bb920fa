using System.Text.RegularExpressions;

namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>
/// Which directories of this machine stand for the paths that a container mounts. A process has no root of its own here, so those paths are
/// replaced wherever it reads them: in its arguments, its variables and the files of its ConfigMaps.
/// </summary>
/// <param name="all">The mounts.</param>
/// <param name="ownRoot">Whether an engine gives the container a root where the paths are as it knows them.</param>
public sealed class MountMap(IReadOnlyList<ContainerMount> all, bool ownRoot)
{
    private readonly Regex? paths = ownRoot || all.Count == 0 ? null
        : new Regex($"(?<![A-Za-z0-9_./-])(?:{string.Join('|', all.Select(mount => mount.Path).Distinct().OrderByDescending(path => path.Length).Select(Regex.Escape))})(?![A-Za-z0-9_.-])");

    public IReadOnlyList<ContainerMount> All => all;

    /// <summary>In one pass: a directory that stands for one mount may itself begin with the path of another, such as /tmp.</summary>
    public string Rewrite(string text) => paths?.Replace(text, match => all.First(mount => mount.Path == match.Value).Directory) ?? text;
}
