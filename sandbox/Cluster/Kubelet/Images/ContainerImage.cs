namespace TempoCos.Cluster.Kubelet.Images;

/// <summary>What a container's image is here.</summary>
/// <param name="Program">A program of this machine and the arguments that come before the container's own; empty when an engine runs the image.</param>
/// <param name="EngineImage">The image in the container engine, or null for a program.</param>
/// <param name="RunsAsRoot">Whether the image's own user is root; null when only the container's security context can say.</param>
public sealed record ContainerImage(IReadOnlyList<string> Program, string? EngineImage, bool? RunsAsRoot)
{
    /// <summary>As <c>imageID</c> shows it.</summary>
    public string Id { get; init; } = "";
}
