namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>A file of a volume that the kubelet writes.</summary>
/// <param name="Path">Below the volume, with forward slashes.</param>
/// <param name="Mode">Its permissions; Kubernetes' default is 0644.</param>
public sealed record VolumeFile(string Path, byte[] Content, UnixFileMode Mode);
