namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Where a connection goes: a container's port of a pod.</summary>
internal sealed record PodTarget(string Pod, int Port);
