using System.Text.Json.Nodes;
using static TempoCos.Cluster.Operator.Definitions.Schema;

namespace TempoCos.Cluster.Operator.Definitions;

/// <summary>The CustomResourceDefinition of TempoStack.</summary>
public static class TempoStackDefinition
{
    public static JsonObject Create() => SharedSchemas.Definition(
        "TempoStack", "A Tempo of several components.", ["tempo", "tempos"],
        new JsonArray(
            SharedSchemas.Column("Management", ".spec.managementState").With("description", "Management State"),
            SharedSchemas.Column("Tempo Version", ".status.tempoVersion").With("description", "Tempo Version"),
            SharedSchemas.Column("Ready", ".status.conditions[?(@.type==\"Ready\")].status"),
            SharedSchemas.Column("Age", ".metadata.creationTimestamp", "date")),
        Spec(), Status());

    private static JsonObject Spec() => Fields("What is asked for.",
        ("env", CoreSchemas.Environment()),
        ("envFrom", CoreSchemas.EnvironmentFrom()),
        ("extraConfig", SharedSchemas.ExtraConfig()),
        ("hashRing", Fields("How components find each other.", ("memberlist", Fields("By gossip.",
            ("enableIPv6", Flag("Whether addresses may be IPv6.")), ("instanceAddrType", Choice("Which address a member gives.", "default", "podIP")))))),
        ("images", Fields("Images instead of the operator's.",
            ("jaegerQuery", Text("Of jaeger-query.")), ("oauthProxy", Text("Of the login.")), ("tempo", Text("Of Tempo.")),
            ("tempoGateway", Text("Of the gateway.")), ("tempoGatewayOpa", Text("Of the gateway's policies.")), ("tempoQuery", Text("Of tempo-query.")))),
        ("limits", Fields("Limits of what is taken and asked for.", ("global", RateLimits("For all tenants.")), ("perTenant", MapOf("For single tenants.", RateLimits("Of one."))))),
        ("managementState", SharedSchemas.Management().With("default", "Managed")),
        ("networkPolicy", Fields("Who may call whom.", ("enabled", Flag("Whether policies are made.").With("default", true)))),
        ("observability", Observability()),
        ("replicationFactor", Whole("How many ingesters have each span.")),
        ("replicationZones", Listed("Zones over which pods are spread.", Fields("One kind of zone.",
            ("maxSkew", Whole("By how many pods zones may differ.").With("default", 1).With("maximum", 2147483647).With("minimum", 1)),
            ("topologyKey", Text("Label of nodes that names the zone."))).Requires("maxSkew", "topologyKey"))),
        ("resources", Fields("What the whole may use.", ("total", CoreSchemas.Resources("Split over the components; only limits count.")))),
        ("retention", Fields("How long traces are kept.",
            ("global", Retention("For all tenants.")), ("perTenant", MapOf("For single tenants.", Retention("Of one."))))),
        ("search", Fields("How searches go.",
            ("defaultResultLimit", Whole("Results when nobody says how many.")), ("maxDuration", Text("The longest time that a search may cover; 0s is any.")), ("maxResultLimit", Whole("The most results; 0 is any.")))),
        ("serviceAccount", Text("Account of all pods.")),
        ("size", Choice("A size for which everything else is known.", "1x.demo", "1x.pico", "1x.extra-small", "1x.small", "1x.medium")),
        ("storage", Fields("Where traces are kept.",
            ("secret", Fields("Secret with the way there.",
                ("credentialMode", SharedSchemas.CredentialMode()), ("name", Text("Its name.").With("minLength", 1)), ("type", Choice("Kind of store.", "azure", "gcs", "s3"))).Requires("name", "type")),
            ("tls", SharedSchemas.Tls("TLS to the store."))).Requires("secret")),
        ("storageClassName", Text("Class of the ingesters' volumes.")),
        ("storageSize", Quantity("Size of the ingesters' volumes.").With("default", "10Gi")),
        ("template", Template()),
        ("tenants", Fields("Tenants and how their users are known.", [.. SharedSchemas.Tenants()])),
        ("timeout", Text("How long a call may take, on all components."))).Requires("storage");

    private static JsonObject RateLimits(string description) => Fields(description,
        ("ingestion", Fields("Of what is taken.",
            ("ingestionBurstSizeBytes", Whole("Bytes at once.")), ("ingestionRateLimitBytes", Whole("Bytes each second.")), ("maxBytesPerTrace", Whole("Bytes of a trace.")), ("maxTracesPerUser", Whole("Traces at once.")))),
        ("query", Fields("Of what is asked for.",
            ("maxBytesPerTagValues", Whole("Bytes of a list of values.")), ("maxSearchBytesPerTrace", Whole("No longer used.")), ("maxSearchDuration", Text("The longest time that a search may cover.")))));

    private static JsonObject Retention(string description) => Fields(description, ("traces", Text("How long, in s, m and h.")));

    private static JsonObject Observability() => Fields("What is known of Tempo itself.",
        ("grafana", Fields("In Grafana.", ("createDatasource", Flag("Whether a data source is made.")), ("instanceSelector", CoreSchemas.LabelSelector("For which Grafana.")))),
        ("metrics", Fields("In Prometheus.",
            ("createPrometheusRules", Flag("Whether alerts are made.")), ("createServiceMonitors", Flag("Whether Tempo is scraped.")),
            ("extraPrometheusRuleLabels", TextMap("Labels of the rules.")), ("extraServiceMonitorLabels", TextMap("Labels of the monitors.")))),
        ("tracing", Fields("In a store of traces.",
            ("jaeger_agent_endpoint", Text("No longer used.").With("default", "localhost:6831")),
            ("otlp_http_endpoint", Text("Where spans go, over OTLP/HTTP.")),
            ("sampling_fraction", Text("The part that is traced, from 0 to 1.")))));

    private static JsonObject Template() => Fields("The components.",
        ("compactor", Component("The compactor.")),
        ("distributor", Fields("The distributor.", ("component", Component("Its pods.")), ("tls", SharedSchemas.Tls("TLS of its receivers.")))),
        ("gateway", Fields("The gateway before all others.",
            ("component", Component("Its pods.")), ("enabled", Flag("Whether there is one.")), ("ingress", Ingress()), ("rbac", SharedSchemas.Rbac())).Requires("enabled")),
        ("ingester", Component("The ingester.")),
        ("metricsGenerator", Fields("The metrics-generator.",
            ("component", Component("Its pods.")), ("enabled", Flag("Whether there is one.")), ("processors", Texts("What it makes.")), ("remoteWriteURLs", Texts("Where it writes.")))),
        ("querier", Component("The querier.")),
        ("queryFrontend", Fields("The query-frontend.",
            ("component", Component("Its pods.")),
            ("jaegerQuery", Fields("Jaeger before Tempo.",
                ("authentication", SharedSchemas.Authentication()),
                ("enabled", Flag("Whether there is one.")),
                ("findTracesConcurrentRequests", Whole("Traces that a search fetches at once.")),
                ("ingress", Ingress()),
                ("monitorTab", Fields("Its page of metrics.",
                    ("enabled", Flag("Whether it is shown.")), ("prometheusEndpoint", Text("Where the metrics are.")), ("redMetricsNamespace", Text("What their names begin with.")))),
                ("resources", CoreSchemas.Resources("Resources of its container.")),
                ("servicesQueryDuration", Text("How far back services are listed.")),
                ("tempoQuery", Fields("What stands between it and Tempo.", ("resources", CoreSchemas.Resources("Resources of its container.")))))),
            ("mcpServer", SharedSchemas.McpServer()))));

    private static JsonObject Component(string description) => Fields(description,
        ("nodeSelector", CoreSchemas.NodeSelector()), ("podSecurityContext", CoreSchemas.PodSecurityContext()), ("replicas", Whole("How many pods.", "int32")),
        ("resources", CoreSchemas.Resources("Instead of its part of the total.")), ("tolerations", CoreSchemas.Tolerations()));

    private static JsonObject Ingress() => Fields("How it is reached from outside.",
        ("annotations", TextMap("Annotations of the ingress or route.")), ("host", Text("Its host.")), ("ingressClassName", Text("Class of the ingress.")),
        ("route", Fields("OpenShift's route.", ("termination", SharedSchemas.Termination()))), ("type", Choice("What is made.", "ingress", "route", "none", "")));

    private static JsonObject Status() => Fields("What is there.",
        ("components", Fields("Pods by component and state.",
            [.. TempoComponent.All.OrderBy(component => component.StatusName, StringComparer.Ordinal).Select(component => (component.StatusName, (JsonNode?)SharedSchemas.Pods(component.Name)))])),
        ("conditions", CoreSchemas.Conditions()),
        ("operatorVersion", Text("Of the operator.")),
        ("tempoQueryVersion", Text("No longer used.")),
        ("tempoVersion", Text("Of Tempo.")));
}
