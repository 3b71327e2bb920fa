using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Operator.Storage;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>Who may call whom: one policy for each component, and those for gossip, metrics and DNS.</summary>
public sealed class NetworkPolicies(StackContext context)
{
    private const string Store = "s3";
    private const string Telemetry = "otel";
    private const string Cluster = "cluster";
    private const string ApiServer = "kube-apiserver";
    private const string OauthServer = "oauth-server";
    private const string Prometheus = "prometheus";
    private static readonly StackPort[] GrpcAndHttp = [StackPorts.Grpc, StackPorts.Http];

    private readonly TempoStackView stack = context.Stack;

    public IEnumerable<(string Resource, JsonObject Content)> All()
    {
        JsonNode[] ringPorts = [Port(7946), Port(3200), Port(3101)];
        JsonObject Peers() => Map(("podSelector", Selector(Shared())));
        yield return Named("gossip", ("ingress", List(Map(("ports", List(ringPorts)), ("from", List(Peers()))))), ("egress", List(Map(("ports", List(ringPorts)), ("to", List(Peers()))))));
        yield return Named("ingress-to-operand-metrics", ("ingress", List(Map(
            ("from", List(Map(("namespaceSelector", Map(("matchExpressions", List(Map(("key", "openshift.io/cluster-monitoring"), ("operator", "Exists"))))))))),
            ("ports", List(Port(3200)))))), ("egress", null));
        yield return Named("allow-dns", ("ingress", null), ("egress", List(Map(
            ("ports", List(Port(53), Port(53, "UDP"))),
            ("to", List(Map(
                ("namespaceSelector", Selector(Map(("kubernetes.io/metadata.name", "kube-system")))),
                ("podSelector", Selector(Map(("k8s-app", "kube-dns")))))))))));
        var relations = Relations();
        foreach (var component in stack.Components.OrderBy(component => component == TempoComponent.Gateway ? 1 : component == TempoComponent.MetricsGenerator ? 2 : 0))
        {
            yield return (BuiltInResources.NetworkPolicies, Policy(component.Name, relations));
        }
    }

    private JsonObject Policy(string component, SortedDictionary<string, SortedDictionary<string, List<StackPort>>> relations)
    {
        var (egress, ingress) = (new JsonArray(), new JsonArray());
        foreach (var (target, ports) in relations.GetValueOrDefault(component) ?? [])
        {
            if (target == Store)
            {
                egress.Add((JsonNode)Map(("to", PeersOf(target))));
                continue;
            }

            foreach (var port in ports)
            {
                egress.Add((JsonNode)Map(("ports", List(Port(port.Number, port.Protocol))), ("to", PeersOf(target))));
            }
        }

        foreach (var (source, targets) in relations.Where(relation => relation.Value.ContainsKey(component)))
        {
            ingress.Add((JsonNode)Map(("ports", targets[component].Select(port => (JsonNode)Port(port.Number, port.Protocol)).ToJsonArray()), ("from", PeersOf(source))));
        }

        return Map(
            ("metadata", context.Labels.Metadata(component, component)),
            ("spec", Map(
                ("podSelector", Selector(context.Labels.Of(component))),
                ("egress", egress.Count > 0 ? egress : null),
                ("ingress", ingress.Count > 0 ? ingress : null),
                ("policyTypes", List(egress.Count > 0 ? "Egress" : null, ingress.Count > 0 ? "Ingress" : null)))));
    }

    private SortedDictionary<string, SortedDictionary<string, List<StackPort>>> Relations()
    {
        var relations = new SortedDictionary<string, SortedDictionary<string, List<StackPort>>>(StringComparer.Ordinal);
        foreach (var reader in (string[])["ingester", "querier", "query-frontend", "compactor"])
        {
            Allow(reader, Store, StorePort(context.Storage));
        }

        Allow("distributor", "ingester", GrpcAndHttp);
        Allow("querier", "ingester", GrpcAndHttp);
        Allow("querier", "query-frontend", GrpcAndHttp);
        Allow("query-frontend", "querier", GrpcAndHttp);
        if (stack.Spec("observability", "tracing", "otlp_http_endpoint").Text() is { Length: > 0 })
        {
            foreach (var component in stack.Components)
            {
                Allow(component.Name, Telemetry, StackPorts.OtlpHttp, StackPorts.OtlpGrpc);
            }
        }

        if (stack.HasGateway)
        {
            Allow(Cluster, "gateway", new StackPort("", 8080), new StackPort("", 8081), new StackPort("", 8090));
            Allow("gateway", "distributor", StackPorts.OtlpGrpc, StackPorts.OtlpHttp);
            Allow("gateway", "query-frontend", GrpcAndHttp);
            Allow("gateway", ApiServer, new StackPort("", 6443));
            Allow("gateway", OauthServer, new StackPort("", 443));
            if (stack.HasJaeger)
            {
                Allow("gateway", "query-frontend", new StackPort("", 16686), new StackPort("", 16687));
            }
        }
        else
        {
            Allow(Cluster, "distributor", [StackPorts.OtlpGrpc, StackPorts.OtlpHttp, .. StackPorts.OldReceivers, StackPorts.Http]);
            Allow(Cluster, "query-frontend", GrpcAndHttp);
        }

        if (stack.HasJaeger)
        {
            Allow(Cluster, "query-frontend", [.. StackPorts.Jaeger]);
            if (stack.JaegerQuery.Flag("authentication", "enabled"))
            {
                Allow(Cluster, "query-frontend", StackPorts.OauthProxy);
            }
        }

        if (stack.HasMetricsGenerator)
        {
            Allow("distributor", "metrics-generator", GrpcAndHttp);
            Allow("querier", "metrics-generator", GrpcAndHttp);
            Allow("metrics-generator", Store, StorePort(context.Storage));
            Allow("metrics-generator", Prometheus, new StackPort("", 9090));
        }

        return relations;

        void Allow(string from, string to, params StackPort[] ports)
        {
            var targets = relations.TryGetValue(from, out var there) ? there : relations[from] = new(StringComparer.Ordinal);
            (targets.TryGetValue(to, out var allowed) ? allowed : targets[to] = []).AddRange(ports);
        }
    }

    private JsonArray PeersOf(string name) => name switch
    {
        Telemetry or ApiServer => List(Anywhere()),
        Store or OauthServer or Prometheus => List(Anywhere(), Map(("namespaceSelector", new JsonObject()))),
        Cluster => List(Map(("namespaceSelector", new JsonObject()))),
        _ => List(Map(("podSelector", Selector(context.Labels.Of(name))))),
    };

    private (string Resource, JsonObject Content) Named(string name, (string Name, JsonNode? Value) ingress, (string Name, JsonNode? Value) egress) => (BuiltInResources.NetworkPolicies, Map(
        ("metadata", Map(("name", $"{stack.NameOf("")}-{name}"), ("labels", Shared()))),
        ("spec", Map(
            ("podSelector", Selector(Shared())),
            ingress,
            egress,
            ("policyTypes", List(ingress.Value is null ? null : "Ingress", egress.Value is null ? null : "Egress"))))));

    /// <summary>Labels that all pods of the stack have, without the application's name.</summary>
    private JsonObject Shared()
    {
        var labels = context.Labels.Common();
        labels.Remove(InstanceLabels.NameKey);
        return labels;
    }

    private static StackPort[] StorePort(StorageParameters storage)
    {
        var colon = storage.Endpoint.LastIndexOf(':');
        return [new("", storage is { Type: "s3", IsStatic: true } && colon >= 0
            && int.TryParse(storage.Endpoint.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
                ? port
                : storage is { Type: "s3", Insecure: true } ? 80 : 443)];
    }

    private static JsonObject Anywhere() => Map(("ipBlock", Map(("cidr", "0.0.0.0/0"))));

    private static JsonObject Port(int number, string protocol = "TCP") => Map(("port", number), ("protocol", protocol));

    private static JsonObject Selector(JsonObject labels) => Map(("matchLabels", labels));
}
