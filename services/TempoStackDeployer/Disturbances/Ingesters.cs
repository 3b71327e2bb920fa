using k8s.Models;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Disturbances;

/// <summary>The ingesters of a TempoStack: their pods and their volume claims.</summary>
internal sealed record Ingesters(IReadOnlyList<V1Pod> Pods, IReadOnlyList<V1PersistentVolumeClaim> Claims)
{
    /// <summary>The component that has them: a TempoMonolithic is one by itself.</summary>
    public static string Component(StackManifest stack) => stack.IsMonolithic ? "tempo" : "ingester";

    public static Ingesters Of(StackSnapshot snapshot, string component) => new(
        [.. PodFindings.Of(component, snapshot.Pods)],
        [.. snapshot.VolumeClaims.Where(claim => claim.Metadata.Labels is { } labels && labels.TryGetValue("app.kubernetes.io/component", out var value) && value == component)]);

    /// <summary>No pod and no claim of <paramref name="before"/> is among these.</summary>
    public bool NoneOf(Ingesters before) =>
        !Pods.Select(pod => pod.Metadata.Uid).Intersect(before.Pods.Select(pod => pod.Metadata.Uid)).Any()
        && !Claims.Select(claim => claim.Metadata.Uid).Intersect(before.Claims.Select(claim => claim.Metadata.Uid)).Any();

    public bool AreReady(int count) => Pods.Count == count && Pods.All(PodFindings.IsReady);
}
