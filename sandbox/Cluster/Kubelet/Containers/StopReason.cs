namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>Why a run is ended although its pod goes on.</summary>
/// <param name="Message">As its Killing event says it.</param>
/// <param name="Grace">Between SIGTERM and SIGKILL.</param>
/// <param name="RunsPreStop">Whether its preStop hook runs.</param>
public sealed record StopReason(string Message, TimeSpan Grace, bool RunsPreStop);
