using k8s.Models;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>The labels by which a run knows its own.</summary>
internal static class RunLabels
{
    public const string FieldManager = "tempocos";
    public const string ManagedBy = "app.kubernetes.io/managed-by";
    public const string Run = "tempocos.dev/run";

    public static Dictionary<string, string> For(string runId) => new() { [ManagedBy] = FieldManager, [Run] = runId };

    public static bool Carries(V1ObjectMeta metadata, string runId) =>
        metadata.Labels is { } labels && labels.TryGetValue(Run, out var value) && value == runId;
}
