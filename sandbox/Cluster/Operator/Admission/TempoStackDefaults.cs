using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Admission;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator.Configuration;
using TempoCos.Cluster.Operator.Manifests;

namespace TempoCos.Cluster.Operator.Admission;

/// <summary>What the operator's mutating webhook writes into a TempoStack.</summary>
public static class TempoStackDefaults
{
    private const string ManagedBy = "app.kubernetes.io/managed-by";

    public static void Apply(JsonObject stack, FeatureGates gates)
    {
        var labels = stack.Ensure("metadata", "labels");
        if (labels.Text(ManagedBy) is null or "")
        {
            labels[ManagedBy] = "tempo-operator";
        }

        labels["tempo.grafana.com/distribution"] = "community";
        var spec = stack.Ensure("spec");
        Empty(spec, "serviceAccount", Naming.Name("", stack.Text("metadata", "name") ?? ""));
        var retention = spec.Ensure("retention", "global");
        if (GoDuration.IsZero(retention.Text("traces")))
        {
            retention["traces"] = "48h0m0s";
        }

        if (Quantity.Parse(spec["storageSize"]).Value <= 0)
        {
            spec["storageSize"] = "10Gi";
        }

        spec.Ensure("search")["defaultResultLimit"] ??= 20;
        Replicas(spec);
        Ingress(spec);
        var jaeger = spec.Ensure("template", "queryFrontend", "jaegerQuery");
        jaeger["servicesQueryDuration"] ??= "72h0m0s";
        Authentication(stack, jaeger, gates);
        if (spec.Flag("template", "metricsGenerator", "enabled") && spec.At("template", "metricsGenerator", "processors") is not JsonArray { Count: > 0 })
        {
            spec.Ensure("template", "metricsGenerator")["processors"] = new JsonArray("span-metrics", "service-graphs", "local-blocks");
        }

        if (GoDuration.IsZero(spec.Text("timeout")))
        {
            spec["timeout"] = "30s";
        }

        foreach (var component in TempoComponent.All.Where(component => component != TempoComponent.MetricsGenerator))
        {
            spec.Ensure(["template", .. component.TemplatePath, "podSecurityContext"])["fsGroup"] ??= 10001;
        }
    }

    private static void Replicas(JsonObject spec)
    {
        var size = spec.Text("size") ?? "";
        if (spec.Number("replicationFactor") is null or 0)
        {
            spec["replicationFactor"] = SizeProfiles.ReplicationFactor(size) ?? 1;
        }

        var quorum = (spec.Number("replicationFactor") / 2) + 1;
        foreach (var component in TempoComponent.All)
        {
            var template = spec.Ensure(["template", .. component.TemplatePath]);
            if (template["replicas"] is null && (component == TempoComponent.Ingester
                ? size.Length > 0 ? quorum : 1
                : SizeProfiles.Replicas(size, component.Name) ?? (component == TempoComponent.MetricsGenerator ? null : 1)) is { } replicas)
            {
                template["replicas"] = replicas;
            }
        }
    }

    private static void Ingress(JsonObject spec)
    {
        spec.Ensure("template", "gateway")["enabled"] ??= false;
        var gateway = spec.Ensure("template", "gateway", "ingress");
        if (spec.Text("tenants", "mode") == "openshift")
        {
            Empty(gateway, "type", "route");
        }

        if (gateway.Text("type") == "route")
        {
            Empty(gateway.Ensure("route"), "termination", "reencrypt");
        }

        if (spec.At("template", "queryFrontend", "jaegerQuery", "ingress") is JsonObject jaeger && jaeger.Text("type") == "route")
        {
            Empty(jaeger.Ensure("route"), "termination", "edge");
        }
    }

    private static void Authentication(JsonObject stack, JsonObject jaeger, FeatureGates gates)
    {
        if (gates.OauthProxy && jaeger["authentication"] is null && jaeger.Text("ingress", "type") == "route")
        {
            jaeger["authentication"] = new JsonObject { ["enabled"] = true };
        }

        if (jaeger.Flag("authentication", "enabled") && string.IsNullOrWhiteSpace(jaeger.Text("authentication", "sar")))
        {
            jaeger.Ensure("authentication")["sar"] = $"{{\"namespace\": \"{stack.Text("metadata", "namespace")}\", \"resource\": \"pods\", \"verb\": \"get\"}}";
        }
    }

    private static void Empty(JsonObject parent, string name, string value)
    {
        if (parent.Text(name) is null or "")
        {
            parent[name] = value;
        }
    }
}
