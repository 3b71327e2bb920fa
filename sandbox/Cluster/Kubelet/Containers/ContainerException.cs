namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>Why a container cannot be started now: what its waiting state says.</summary>
public sealed class ContainerException(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;

    /// <summary>Its program could not be started: it counts as a run that failed.</summary>
    public bool IsStartError => Reason == "RunContainerError";

    public static ContainerException NotStarted(string why) => new("RunContainerError", $"failed to start container: {why}");
}
