using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>A TempoStack as the cluster has it.</summary>
internal sealed record TempoStack : IKubernetesObject<V1ObjectMeta>
{
    public const string Group = "tempo.grafana.com";
    public const string Version = "v1alpha1";
    public const string Plural = "tempostacks";

    public string ApiVersion { get; set; } = $"{Group}/{Version}";

    public string Kind { get; set; } = "TempoStack";

    public V1ObjectMeta Metadata { get; set; } = new();

    public JsonObject? Spec { get; set; }

    public TempoStackStatus? Status { get; set; }
}
