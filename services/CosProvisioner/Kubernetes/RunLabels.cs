using k8s;
using k8s.Models;

namespace TempoCos.CosProvisioner.Kubernetes;

/// <summary>The mark on everything that a run makes in a cluster.</summary>
internal static class RunLabels
{
    private const string ManagedBy = "app.kubernetes.io/managed-by";
    private const string ManagedByValue = "tempocos";
    private const string Run = "tempocos.dev/run";

    /// <summary>Finds what any run has made.</summary>
    public const string Selector = $"{ManagedBy}={ManagedByValue},{Run}";

    /// <summary>The run whose mark is on it; null when it is nobody's.</summary>
    public static string? RunOf(IMetadata<V1ObjectMeta> subject) =>
        subject.Metadata?.Labels is { } labels && labels.TryGetValue(Run, out var run) && AreOn(subject, run) ? run : null;

    public static Dictionary<string, string> Of(string runId) => new() { [ManagedBy] = ManagedByValue, [Run] = runId };

    public static bool AreOn(IMetadata<V1ObjectMeta> subject, string runId) =>
        subject.Metadata?.Labels is { } labels
        && labels.TryGetValue(ManagedBy, out var managedBy) && managedBy == ManagedByValue
        && labels.TryGetValue(Run, out var run) && run == runId;
}
