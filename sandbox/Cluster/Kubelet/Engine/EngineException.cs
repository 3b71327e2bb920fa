namespace TempoCos.Cluster.Kubelet.Engine;

/// <summary>What the container engine refuses with, in its own words.</summary>
public sealed class EngineException(string message) : Exception(message);
