namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>How a run ended.</summary>
/// <param name="Code">Exit code; 128 and the signal's number when a signal ended it.</param>
/// <param name="OutOfMemory">Whether it was ended for its memory limit.</param>
public sealed record ContainerExit(int Code, bool OutOfMemory);
