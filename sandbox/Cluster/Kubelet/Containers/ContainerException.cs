namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>Why a container cannot be started now: what its waiting state says.</summary>
public sealed class ContainerException(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;
}
