using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator.Admission;

namespace TempoCos.Cluster.Operator;

/// <summary>A TempoStack as the operator reads it: with its defaults, also where the object was stored without them.</summary>
public sealed class TempoStackView
{
    private readonly JsonObject spec;

    public TempoStackView(JsonObject stack, FeatureGates gates)
    {
        Source = stack;
        var defaulted = stack.Copy();
        TempoStackDefaults.Apply(defaulted, gates);
        spec = defaulted.Ensure("spec");
    }

    public JsonObject Source { get; }

    public string Name => Source.Text("metadata", "name")!;

    public string Namespace => Source.Text("metadata", "namespace")!;

    public bool HasGateway => Spec("template", "gateway", "enabled").Flag();

    public bool HasMetricsGenerator => Spec("template", "metricsGenerator", "enabled").Flag();

    public JsonNode? JaegerQuery => Spec("template", "queryFrontend", "jaegerQuery");

    public bool HasJaeger => JaegerQuery.Flag("enabled");

    public JsonNode? Tenants => Spec("tenants");

    public string Size => Spec("size").Text() ?? "";

    public string ServiceAccount => Spec("serviceAccount").Text()!;

    public string Timeout => Spec("timeout").Text()!;

    public JsonNode? StorageTls => Spec("storage", "tls");

    public string StorageSecret => Spec("storage", "secret", "name").Text() ?? "";

    public string StorageType => Spec("storage", "secret", "type").Text() ?? "";

    public IReadOnlyList<TempoComponent> Components =>
        [.. TempoComponent.Always, .. HasGateway ? [TempoComponent.Gateway] : Array.Empty<TempoComponent>(), .. HasMetricsGenerator ? [TempoComponent.MetricsGenerator] : Array.Empty<TempoComponent>()];

    public JsonNode? Spec(params ReadOnlySpan<string> path) => spec.At(path);

    public JsonNode? Template(TempoComponent component) => spec.At(["template", .. component.TemplatePath]);

    public long? Replicas(TempoComponent component) => Template(component).Number("replicas");

    public string Image(string name, string otherwise) => Spec("images", name).Text() is { Length: > 0 } image ? image : otherwise;

    public string NameOf(string part) => Naming.Name(part, Name);
}
