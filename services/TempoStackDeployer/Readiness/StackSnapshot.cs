using k8s.Models;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>A TempoStack and everything made for it, as last seen.</summary>
internal sealed record StackSnapshot
{
    public TempoStack? Stack { get; init; }

    public IReadOnlyList<V1Deployment> Deployments { get; init; } = [];

    public IReadOnlyList<V1StatefulSet> StatefulSets { get; init; } = [];

    public IReadOnlyList<V1Pod> Pods { get; init; } = [];

    public IReadOnlyList<V1Service> Services { get; init; } = [];

    public IReadOnlyList<V1ServiceAccount> ServiceAccounts { get; init; } = [];

    public IReadOnlyList<V1Ingress> Ingresses { get; init; } = [];

    public IReadOnlyList<V1PersistentVolumeClaim> VolumeClaims { get; init; } = [];

    /// <summary>What goes when the TempoStack goes: <c>kind/name</c>. Volume claims are not among them.</summary>
    public IEnumerable<string> Dependents() =>
        Pods.Select(item => $"pod/{item.Metadata.Name}")
            .Concat(Deployments.Select(item => $"deployment/{item.Metadata.Name}"))
            .Concat(StatefulSets.Select(item => $"statefulset/{item.Metadata.Name}"))
            .Concat(Services.Select(item => $"service/{item.Metadata.Name}"))
            .Concat(ServiceAccounts.Select(item => $"serviceaccount/{item.Metadata.Name}"))
            .Concat(Ingresses.Select(item => $"ingress/{item.Metadata.Name}"));
}
