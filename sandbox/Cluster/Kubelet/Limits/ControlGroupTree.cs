using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Kubelet.Limits;

/// <summary>
/// A control group for each container that has limits, under one of this cluster's, of version 1 or 2, where this user may make one;
/// else there are none, and memory is watched from outside (<see cref="MemoryWatch"/>).
/// </summary>
public sealed class ControlGroupTree(DataDirectory data, ClusterOptions options)
{
    private const string Memory = "memory";
    private const string Cpu = "cpu";
    private const string Unified = "";

    private readonly string name = $"tempocos-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.Path)))[..12]}";
    private readonly Lock gate = new();
    private IReadOnlyDictionary<string, string>? roots;

    /// <summary>How memory limits are kept here: <c>cgroup v1</c>, <c>cgroup v2</c>, or <c>observation</c>.</summary>
    public string Means => Roots() is not { Count: > 0 } found ? "observation" : found.ContainsKey(Unified) ? "cgroup v2" : "cgroup v1";

    /// <summary>The cluster's own groups; containers' are in them.</summary>
    public IReadOnlyList<string> Directories => [.. Roots().Values];

    /// <summary>A group with these limits, or null where there are none or they cannot be set.</summary>
    public ControlGroup? Create(string container, ResourceLimits limits)
    {
        if (limits.MemoryBytes is null && (limits.CpuMillis is null || !options.CpuLimits))
        {
            return null;
        }

        var made = new List<string>();
        try
        {
            foreach (var (controller, root) in Roots())
            {
                var group = Path.Combine(root, container);
                Directory.CreateDirectory(group);
                made.Add(group);
                Set(controller, group, limits);
            }

            return made.Count == 0 ? null : new ControlGroup(made);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            made.ForEach(group => ControlGroup.TryRemove(group));
            return null;
        }
    }

    /// <summary>Removes what an earlier start has left, and at the end the cluster's own group.</summary>
    public async Task ClearAsync()
    {
        // After a crash, the watcher of the one that crashed may have been here.
        foreach (var root in Roots().Values.Where(Directory.Exists))
        {
            foreach (var left in Directory.EnumerateDirectories(root).ToList())
            {
                await ControlGroup.RemoveAsync(left);
            }

            await ControlGroup.RemoveAsync(root);
        }

        lock (gate)
        {
            roots = null;
        }
    }

    private IReadOnlyDictionary<string, string> Roots()
    {
        lock (gate)
        {
            return roots ??= options.Privileges && OperatingSystem.IsLinux() ? Find() : new Dictionary<string, string>();
        }
    }

    /// <summary>The cluster's group by controller, or under the empty name where version 2 has them all in one.</summary>
    private Dictionary<string, string> Find()
    {
        var found = new Dictionary<string, string>();
        var mounts = ControlGroupMount.All();
        if (mounts.FirstOrDefault(mount => mount.Controllers.Contains(Memory)) is { } memory && Make(memory, "memory.limit_in_bytes") is { } group)
        {
            found[Memory] = group;
            if (options.CpuLimits && mounts.FirstOrDefault(mount => mount.Controllers.Contains(Cpu)) is { } cpu && Make(cpu, "cpu.cfs_quota_us") is { } timed)
            {
                found[Cpu] = timed;
            }
        }
        else if (mounts.FirstOrDefault(mount => mount.IsUnified) is { } unified && Make(unified, "memory.max") is { } one)
        {
            found[Unified] = one;
        }

        return found;
    }

    /// <summary>Beside this process's group or below it: the first where containers' groups would have the file.</summary>
    private string? Make(ControlGroupMount mount, string limitFile)
    {
        foreach (var parent in mount.Candidates())
        {
            var root = Path.Combine(parent, name);
            var trial = Path.Combine(root, "trial");
            try
            {
                Directory.CreateDirectory(root);
                if (mount.IsUnified)
                {
                    File.WriteAllText(Path.Combine(root, "cgroup.subtree_control"), options.CpuLimits ? "+memory +cpu" : "+memory");
                }

                Directory.CreateDirectory(trial);
                if (File.Exists(Path.Combine(trial, limitFile)))
                {
                    File.WriteAllText(Path.Combine(trial, limitFile), limitFile == "cpu.cfs_quota_us" ? "-1" : (1L << 40).ToString(CultureInfo.InvariantCulture));
                    ControlGroup.TryRemove(trial);
                    return root;
                }
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // Not ours to make: the next one may be.
            }

            ControlGroup.TryRemove(trial);
            ControlGroup.TryRemove(root);
        }

        return null;
    }

    private void Set(string controller, string group, ResourceLimits limits)
    {
        if (limits.MemoryBytes is { } bytes && controller is Memory or Unified)
        {
            var text = bytes.ToString(CultureInfo.InvariantCulture);
            File.WriteAllText(Path.Combine(group, controller == Unified ? "memory.max" : "memory.limit_in_bytes"), text);
            if (controller == Unified)
            {
                // One process of a container out of memory ends all of them, as a kubelet has it.
                File.WriteAllText(Path.Combine(group, "memory.oom.group"), "1");
            }
        }

        if (limits.CpuMillis is { } millis && options.CpuLimits && controller is Cpu or Unified)
        {
            var quota = Math.Max(1000, millis * 100).ToString(CultureInfo.InvariantCulture);
            File.WriteAllText(Path.Combine(group, controller == Unified ? "cpu.max" : "cpu.cfs_quota_us"), controller == Unified ? $"{quota} 100000" : quota);
        }
    }
}
