using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator.Configuration;

namespace TempoCos.Cluster.Operator.Monolithic;

/// <summary>A TempoMonolithic as the operator reads it. Its defaults are never written back.</summary>
public sealed class MonolithicView
{
    public static readonly IReadOnlyList<string> Protocols = ["grpc", "http"];

    private readonly JsonObject spec;

    public MonolithicView(JsonObject tempo, FeatureGates gates)
    {
        Source = tempo;
        spec = tempo.At("spec")?.DeepClone() as JsonObject ?? [];
        var traces = spec.Ensure("storage", "traces");
        traces["backend"] ??= "memory";
        traces["size"] ??= traces.Text("backend") == "memory" ? "2Gi" : "10Gi";
        foreach (var protocol in Protocols)
        {
            var otlp = spec.Ensure("ingestion", "otlp");
            otlp[protocol] ??= new JsonObject { ["enabled"] = true };
            otlp.Ensure(protocol)["enabled"] ??= true;
        }

        if (GoDuration.IsZero(spec.Text("timeout")))
        {
            spec["timeout"] = "30s";
        }

        if (spec.Flag("jaegerui", "enabled"))
        {
            Jaeger(spec.Ensure("jaegerui"), gates);
        }

        spec.Ensure("podSecurityContext")["fsGroup"] ??= 10001;
    }

    public JsonObject Source { get; }

    public string Name => Source.Text("metadata", "name")!;

    public string Namespace => Source.Text("metadata", "namespace")!;

    public string Backend => Spec("storage", "traces", "backend").Text() ?? "";

    public JsonNode? Tenants => Spec("multitenancy");

    public bool IsMultitenant => Tenants.Flag("enabled");

    public bool HasGateway => IsMultitenant && Tenants.At("authentication") is JsonArray { Count: > 0 };

    public JsonNode? JaegerUi => Spec("jaegerui");

    public bool HasJaeger => JaegerUi.Flag("enabled");

    public string Timeout => Spec("timeout").Text()!;

    public string ServiceAccount => Spec("serviceAccount").Text() is { Length: > 0 } account ? account : NameOf("");

    public bool HasOwnServiceAccount => Spec("serviceAccount").Text() is null or "";

    public JsonNode? Otlp(string protocol) => Spec("ingestion", "otlp", protocol);

    public bool Takes(string protocol) => Otlp(protocol).Flag("enabled");

    public JsonNode? Spec(params ReadOnlySpan<string> path) => spec.At(path);

    public string NameOf(string part) => Naming.Name(part, Name);

    private void Jaeger(JsonObject jaeger, FeatureGates gates)
    {
        if (jaeger.Flag("route", "enabled"))
        {
            var route = jaeger.Ensure("route");
            route["termination"] ??= HasGateway && gates.ServingCertificates ? "reencrypt" : "edge";
            jaeger["authentication"] ??= new JsonObject { ["enabled"] = gates.OauthProxy };
            if (string.IsNullOrWhiteSpace(jaeger.Text("authentication", "sar")))
            {
                jaeger.Ensure("authentication")["sar"] = $"{{\"namespace\": \"{Namespace}\", \"resource\": \"pods\", \"verb\": \"get\"}}";
            }
        }

        jaeger["servicesQueryDuration"] ??= "72h0m0s";
        if (jaeger.Number("findTracesConcurrentRequests") is null or 0)
        {
            jaeger["findTracesConcurrentRequests"] = 2;
        }
    }
}
