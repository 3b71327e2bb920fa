namespace TempoCos.Cluster.Kubelet.Volumes;

/// <summary>A path that a container mounts, and the directory or file of this machine that stands for it.</summary>
public sealed record ContainerMount(string Path, string Directory, bool ReadOnly);
