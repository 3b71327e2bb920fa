using System.Text.Json.Nodes;
using static TempoCos.Cluster.Operator.Definitions.Schema;

namespace TempoCos.Cluster.Operator.Definitions;

/// <summary>The CustomResourceDefinition of TempoMonolithic.</summary>
public static class TempoMonolithicDefinition
{
    public static JsonObject Create() => SharedSchemas.Definition(
        "TempoMonolithic", "A Tempo of one process.", [],
        new JsonArray(
            SharedSchemas.Column("Tempo Version", ".status.tempoVersion").With("description", "Tempo Version"),
            SharedSchemas.Column("Ready", ".status.conditions[?(@.type==\"Ready\")].status"),
            SharedSchemas.Column("Age", ".metadata.creationTimestamp", "date")),
        Spec(),
        Fields("What is there.",
            ("components", Fields("Pods by state.", ("tempo", SharedSchemas.Pods("Tempo")))),
            ("conditions", CoreSchemas.Conditions()),
            ("operatorVersion", Text("Of the operator.")),
            ("tempoVersion", Text("Of Tempo."))));

    private static JsonObject Spec() => Fields("What is asked for.",
        ("affinity", CoreSchemas.Affinity()),
        ("env", CoreSchemas.Environment()),
        ("envFrom", CoreSchemas.EnvironmentFrom()),
        ("extraConfig", SharedSchemas.ExtraConfig()),
        ("ingestion", Fields("How traces come in.", ("otlp", Fields("Over OTLP.", ("grpc", Protocol("Over gRPC.")), ("http", Protocol("Over HTTP.")))))),
        ("jaegerui", Fields("Jaeger before Tempo.",
            ("authentication", SharedSchemas.Authentication()),
            ("enabled", Flag("Whether there is one.")),
            ("findTracesConcurrentRequests", Whole("Traces that a search fetches at once.")),
            ("ingress", Fields("An ingress to it.",
                ("annotations", TextMap("Its annotations.")), ("enabled", Flag("Whether there is one.")), ("host", Text("Its host.")), ("ingressClassName", Text("Its class."))).Requires("enabled")),
            ("resources", CoreSchemas.Resources("Resources of its container.")),
            ("route", Fields("OpenShift's route to it.",
                ("annotations", TextMap("Its annotations.")), ("enabled", Flag("Whether there is one.")), ("host", Text("Its host.")), ("termination", SharedSchemas.Termination())).Requires("enabled")),
            ("servicesQueryDuration", Text("How far back services are listed.")),
            ("tempoQueryResources", CoreSchemas.Resources("Resources of what stands between it and Tempo."))).Requires("enabled")),
        ("management", SharedSchemas.Management()),
        ("multitenancy", Fields("Tenants and how their users are known.",
            [("enabled", Flag("Whether there are tenants.")), ("resources", CoreSchemas.Resources("Resources of the gateway.")), .. SharedSchemas.Tenants()]).Requires("enabled")),
        ("nodeSelector", CoreSchemas.NodeSelector()),
        ("observability", Fields("What is known of Tempo itself.",
            ("grafana", Fields("In Grafana.", ("dataSource", Fields("A data source.",
                ("enabled", Flag("Whether one is made.")), ("instanceSelector", CoreSchemas.LabelSelector("For which Grafana."))).Requires("enabled")))),
            ("metrics", Fields("In Prometheus.", ("prometheusRules", Made("Alerts.")), ("serviceMonitors", Made("Scraping.")))))),
        ("podSecurityContext", CoreSchemas.PodSecurityContext()),
        ("query", Fields("How traces are asked for.", ("mcpServer", SharedSchemas.McpServer()), ("rbac", SharedSchemas.Rbac()))),
        ("resources", CoreSchemas.Resources("Resources of Tempo.")),
        ("serviceAccount", Text("Account of the pod.")),
        ("storage", Fields("Where traces are kept.", ("traces", Fields("The traces.",
            ("azure", Store("In Azure Storage.").Requires("secret")),
            ("backend", Choice("Kind of store.", "memory", "pv", "azure", "gcs", "s3").With("default", "memory")),
            ("gcs", Store("In Google Cloud Storage.").Requires("secret")),
            ("s3", Store("In S3.", ("credentialMode", SharedSchemas.CredentialMode()), ("tls", SharedSchemas.Tls("TLS to the store."))).Requires("secret")),
            ("size", Quantity("Size of the volume, or of the memory.")),
            ("storageClassName", Text("Class of the volume."))).Requires("backend"))).Requires("traces")),
        ("timeout", Text("How long a call may take.")),
        ("tolerations", CoreSchemas.Tolerations()));

    private static JsonObject Protocol(string description) => Fields(description,
        ("enabled", Flag("Whether it is on.").With("default", true)), ("tls", SharedSchemas.Tls("TLS of the receiver."))).Requires("enabled");

    private static JsonObject Store(string description, params (string Name, JsonNode? Value)[] more) =>
        Fields(description, [("secret", Text("Secret with the way there.").With("minLength", 1)), .. more]);

    private static JsonObject Made(string description) => Fields(description, ("enabled", Flag("Whether it is made.")), ("extraLabels", TextMap("Its labels."))).Requires("enabled");
}
