namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>What a command in a container did.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">The first part of what it wrote to standard output and standard error.</param>
public sealed record CommandResult(int ExitCode, string Output);
