using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Operator;

/// <summary>A TempoStack, with the defaults of the operator.</summary>
public sealed class TempoStackView(JsonObject stack)
{
    public const string OperatorVersion = "0.22.0";
    public const string TempoVersion = "2.10.8";
    public const string JaegerVersion = "1.68.0";

    public JsonObject Source => stack;

    public string Name => stack.Text("metadata", "name")!;

    public string Namespace => stack.Text("metadata", "namespace")!;

    public bool Managed => stack.Text("spec", "managementState") is null or "" or "Managed";

    public string StorageSize => stack.At("spec", "storageSize")?.ToString() ?? "10Gi";

    public string? StorageClass => stack.Text("spec", "storageClassName");

    public long ReplicationFactor => stack.Number("spec", "replicationFactor") is > 0 and var factor ? factor : 1;

    public string Retention => stack.Text("spec", "retention", "global", "traces") ?? "48h";

    public string Timeout => stack.Text("spec", "timeout") ?? "30s";

    public JsonNode? Limits => stack.At("spec", "limits", "global");

    public JsonObject? ExtraConfig => stack.At("spec", "extraConfig", "tempo") as JsonObject;

    public JsonNode? TotalLimits => stack.At("spec", "resources", "total", "limits");

    public bool HasJaeger => stack.Flag("spec", "template", "queryFrontend", "jaegerQuery", "enabled");

    public JsonNode? Ingress => stack.At("spec", "template", "queryFrontend", "jaegerQuery", "ingress");

    public bool HasIngress => HasJaeger && Ingress.Text("type") == "ingress";

    public string TempoImage => stack.Text("spec", "images", "tempo") ?? $"docker.io/grafana/tempo:{TempoVersion}";

    public string JaegerImage => stack.Text("spec", "images", "jaegerQuery") ?? $"docker.io/jaegertracing/jaeger-query:{JaegerVersion}";

    public long Replicas(TempoComponent component) => Template(component).Number("replicas") ?? 1;

    public JsonNode? Template(TempoComponent component) => stack.At(["spec", "template", .. component.TemplatePath]);

    /// <summary>The name of what belongs to a part of the stack; of the stack itself when the part is empty.</summary>
    public string NameOf(string part = "") => part.Length == 0 ? $"tempo-{Name}" : $"tempo-{Name}-{part}";

    public JsonObject Labels(string component) => new()
    {
        ["app.kubernetes.io/component"] = component,
        ["app.kubernetes.io/instance"] = Name,
        ["app.kubernetes.io/managed-by"] = "tempo-operator",
        ["app.kubernetes.io/name"] = "tempo",
    };

    public JsonObject Metadata(string name, string component) => new() { ["name"] = name, ["labels"] = Labels(component) };
}
