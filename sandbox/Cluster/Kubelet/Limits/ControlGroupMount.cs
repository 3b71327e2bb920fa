namespace TempoCos.Cluster.Kubelet.Limits;

/// <summary>A hierarchy of control groups as it is mounted here, and this process's place in it.</summary>
/// <param name="Path">Where it is mounted.</param>
/// <param name="Controllers">What it controls; nothing for version 2, which has all in one.</param>
/// <param name="IsUnified">Whether it is version 2.</param>
/// <param name="Own">This process's group, as a path below the mount.</param>
public sealed record ControlGroupMount(string Path, IReadOnlyList<string> Controllers, bool IsUnified, string Own)
{
    public static IReadOnlyList<ControlGroupMount> All()
    {
        try
        {
            var own = File.ReadAllLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3)
                .ToDictionary(parts => parts[1], parts => parts[2].TrimStart('/'));
            return [.. File.ReadAllLines("/proc/self/mountinfo").Select(line => Parse(line, own)).OfType<ControlGroupMount>()];
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Where a group for containers could be made. In version 2 a group that has processes can have no groups with limits, so its parent comes first.</summary>
    public IEnumerable<string> Candidates()
    {
        var own = System.IO.Path.Combine(Path, Own);
        string[] all = IsUnified && Own.Length > 0 ? [System.IO.Path.GetDirectoryName(own)!, own] : [own, Path];
        return all.Distinct().Where(Directory.Exists);
    }

    private static ControlGroupMount? Parse(string line, Dictionary<string, string> own)
    {
        // 35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        var halves = line.Split(" - ", 2);
        var (mount, source) = (halves[0].Split(' '), halves.Length == 2 ? halves[1].Split(' ') : []);
        if (mount.Length < 5 || source.Length < 3 || source[0] is not ("cgroup" or "cgroup2"))
        {
            return null;
        }

        var isUnified = source[0] == "cgroup2";
        string[] controllers = isUnified ? [] : [.. source[2].Split(',').Where(option => option is not ("rw" or "ro"))];
        var place = own.FirstOrDefault(one => isUnified ? one.Key.Length == 0 : one.Key.Length > 0 && one.Key.Split(',').All(controllers.Contains)).Value ?? "";
        return new ControlGroupMount(mount[4], controllers, isUnified, place);
    }
}
