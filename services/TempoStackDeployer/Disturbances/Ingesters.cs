using k8s.Models;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Disturbances;

/// <summary>The ingesters of a TempoStack: their pods and their volume claims.</summary>
internal sealed record Ingesters(IReadOnlyList<V1Pod> Pods, IReadOnlyList<V1PersistentVolumeClaim> Claims)
{
    private const string Component = "ingester";

    public static Ingesters Of(StackSnapshot snapshot) => new(
        [.. PodFindings.Of(Component, snapshot.Pods)],
        [.. snapshot.VolumeClaims.Where(claim => claim.Metadata.Labels is { } labels && labels.TryGetValue("app.kubernetes.io/component", out var value) && value == Component)]);

    /// <summary>No pod and no claim of <paramref name="before"/> is among these.</summary>
    public bool NoneOf(Ingesters before) =>
        !Pods.Select(pod => pod.Metadata.Uid).Intersect(before.Pods.Select(pod => pod.Metadata.Uid)).Any()
        && !Claims.Select(claim => claim.Metadata.Uid).Intersect(before.Claims.Select(claim => claim.Metadata.Uid)).Any();

    public bool AreReady(int count) => Pods.Count == count && Pods.All(PodFindings.IsReady);
}
