using TempoCos.Cluster.Kubelet.Limits;

namespace TempoCos.Cluster.Kubelet.Processes;

/// <summary>How a container's processes are started: its first one, and those of commands in it.</summary>
/// <param name="Command">Program and arguments.</param>
/// <param name="Adapt">Makes a word of a command in it fit this machine.</param>
/// <param name="Environment">All of its variables.</param>
/// <param name="WorkingDirectory">Where it starts.</param>
/// <param name="AccountDirectory">What it sees as the service account's directory; null where it sees none.</param>
/// <param name="ResolverFile">What it sees as /etc/resolv.conf; null for the machine's.</param>
/// <param name="Group">The control group that it is in.</param>
/// <param name="MemoryLimit">Bytes beyond which it is ended where no group does it.</param>
public sealed record ProcessPlan(
    IReadOnlyList<string> Command, Func<string, string> Adapt, IReadOnlyDictionary<string, string> Environment, string WorkingDirectory, string? AccountDirectory,
    string? ResolverFile, ControlGroup? Group, long? MemoryLimit);
