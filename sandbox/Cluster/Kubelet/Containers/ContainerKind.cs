namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>What a container is to its pod.</summary>
public enum ContainerKind
{
    /// <summary>One of <c>containers</c>.</summary>
    Main,

    /// <summary>One of <c>initContainers</c>, which ends before the next one begins.</summary>
    Init,

    /// <summary>One of <c>initContainers</c> with <c>restartPolicy: Always</c>: it starts in its turn and ends after the others.</summary>
    Sidecar,
}
