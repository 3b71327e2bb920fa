using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Admission;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Operator;
using TempoCos.Cluster.Operator.Configuration;
using TempoCos.Cluster.Operator.Manifests;
using TempoCos.Cluster.Operator.Storage;

namespace TempoCos.Cluster.Tests.Operator;

/// <summary>What is rendered for which option, without a cluster.</summary>
public sealed class RenderingTests
{
    private static readonly StorageParameters Storage =
        new() { Type = "s3", CredentialMode = "static", SecretName = "s", Bucket = "b", Endpoint = "store.example:8443", Insecure = true, CaFile = "service-ca.crt" };

    [Fact]
    public void A_plain_stack_has_nothing_that_nobody_asked_for()
    {
        var configuration = Configuration("{}");
        configuration.Select(entry => entry.Key).Order().ShouldBe(
            ["compactor", "distributor", "ingester", "memberlist", "multitenancy_enabled", "querier", "query_frontend", "server", "storage", "usage_report"]);
        configuration.At("server")!.ToJsonString().ShouldBe(
            """{"grpc_server_max_recv_msg_size":4194304,"grpc_server_max_send_msg_size":4194304,"http_listen_port":3200,"http_server_read_timeout":"30s","http_server_write_timeout":"30s","log_format":"logfmt"}""");
        configuration.At("memberlist")!.ToJsonString().ShouldBe("""{"abort_if_cluster_join_fails":false,"join_members":["tempo-t-gossip-ring"]}""");
        configuration.Text("querier", "frontend_worker", "frontend_address").ShouldBe("tempo-t-query-frontend-discovery:9095");
        configuration.At("storage", "trace", "s3")!.ToJsonString().ShouldBe("""{"endpoint":"store.example:8443","bucket":"b","insecure":true}""");
        configuration.Text("distributor", "receivers", "jaeger", "protocols", "thrift_compact", "endpoint").ShouldBe("0.0.0.0:6831");
        configuration.Text("distributor", "receivers", "zipkin", "endpoint").ShouldBe("0.0.0.0:9411");
    }

    [Theory]
    [InlineData("""{"retention":{"global":{"traces":"336h"}}}""", "compactor.compaction.block_retention", "\"336h0m0s\"")]
    [InlineData("""{"replicationFactor":3}""", "ingester.lifecycler.ring.replication_factor", "3")]
    [InlineData("""{"limits":{"global":{"ingestion":{"ingestionBurstSizeBytes":5}}}}""", "overrides.ingestion_burst_size_bytes", "5")]
    [InlineData("""{"limits":{"global":{"query":{"maxSearchDuration":"90m"}}}}""", "overrides.max_search_duration", "\"1h30m0s\"")]
    [InlineData("""{"limits":{"perTenant":{"a":{"ingestion":{"maxTracesPerUser":1}}}}}""", "overrides.per_tenant_override_config", "\"/conf/overrides.yaml\"")]
    [InlineData("""{"size":"1x.small"}""", "overrides.ingestion_rate_limit_bytes", "5800000")]
    [InlineData("""{"size":"1x.pico"}""", "ingester.lifecycler.ring.replication_factor", "2")]
    [InlineData("""{"search":{"maxResultLimit":7}}""", "query_frontend.search.max_result_limit", "7")]
    [InlineData("""{"timeout":"2m"}""", "server.http_server_read_timeout", "\"2m0s\"")]
    [InlineData("""{"tenants":{"mode":"static"}}""", "multitenancy_enabled", "true")]
    [InlineData("""{"hashRing":{"memberlist":{"instanceAddrType":"podIP"}}}""", "memberlist.advertise_addr", "\"${HASH_RING_INSTANCE_ADDR}\"")]
    [InlineData("""{"hashRing":{"memberlist":{"enableIPv6":true}}}""", "compactor.ring.enable_inet6", "true")]
    [InlineData("""{"replicationZones":[{"topologyKey":"z","maxSkew":1}]}""", "ingester.lifecycler.availability_zone", "\"${INSTANCE_AVAILABILITY_ZONE}\"")]
    [InlineData("""{"template":{"metricsGenerator":{"enabled":true,"remoteWriteURLs":["http://p:9090"]}}}""", "metrics_generator.storage.remote_write", """[{"url":"http://p:9090"}]""")]
    [InlineData("""{"template":{"metricsGenerator":{"enabled":true}}}""", "overrides.metrics_generator_processors", """["span-metrics","service-graphs","local-blocks"]""")]
    [InlineData("""{"storage":{"tls":{"enabled":true,"caName":"ca"}}}""", "storage.trace.s3.tls_ca_path", "\"/var/run/tls/storage/ca/service-ca.crt\"")]
    [InlineData("""{"storage":{"tls":{"enabled":true}}}""", "storage.trace.s3.tls_min_version", "\"VersionTLS13\"")]
    [InlineData("""{"extraConfig":{"tempo":{"storage":{"trace":{"blocklist_poll":"2s"}}}}}""", "storage.trace.blocklist_poll", "\"2s\"")]
    [InlineData("""{"extraConfig":{"tempo":{"querier":{"max_concurrent_queries":5}}}}""", "querier.frontend_worker.frontend_address", "\"tempo-t-query-frontend-discovery:9095\"")]
    public void An_option_is_where_Tempo_reads_it(string spec, string path, string expected) =>
        Configuration(spec).At(path.Split('.')).ShouldNotBeNull().ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ShouldBe(expected);

    [Fact]
    public void Encryption_is_asked_of_every_call_and_of_the_frontend_only_behind_a_gateway()
    {
        var gates = FeatureGates.Parse(["httpEncryption,grpcEncryption"]);
        var plain = Configuration("{}", gates);
        plain.Text("server", "http_tls_config", "client_auth_type").ShouldBe("RequireAndVerifyClientCert");
        plain.Text("ingester_client", "grpc_client_config", "tls_server_name").ShouldBe("tempo-t-ingester.ns.svc.cluster.local");
        Configuration("{}", gates, frontend: true).At("server", "http_tls_config").ShouldBeNull();
        Configuration("""{"template":{"gateway":{"enabled":true}},"tenants":{}}""", gates, frontend: true).At("server", "http_tls_config").ShouldNotBeNull();
        Configuration("{}").At("internal_server").ShouldBeNull();
    }

    [Fact]
    public void Extra_configuration_leaves_a_file_in_the_order_of_names()
    {
        var text = new TempoConfiguration(Stack("""{"extraConfig":{"tempo":{"server":{"log_level":"debug"}}}}"""), Storage, new FeatureGates()).Render(frontend: false);
        text.ShouldStartWith("compactor:\n    compaction:\n        block_retention: 48h0m0s\n");
        text.ShouldContain("    join_members:\n        - tempo-t-gossip-ring\n");
        text.ShouldContain("                grpc:\n                    endpoint: 0.0.0.0:14250\n                thrift_binary:\n");
        text.ShouldEndWith("usage_report:\n    reporting_enabled: false\n");
        new TempoConfiguration(Stack("{}"), Storage, new FeatureGates()).Render(frontend: false).ShouldStartWith("compactor:\n  compaction:\n    block_retention: 48h0m0s\n  ring:\n");
    }

    [Fact]
    public void Tenants_have_limits_of_their_own()
    {
        var overrides = new TempoConfiguration(
            Stack("""{"limits":{"perTenant":{"a":{"ingestion":{"maxBytesPerTrace":9}}}},"retention":{"perTenant":{"b":{"traces":"24h"}}}}"""), Storage, new FeatureGates()).RenderOverrides();
        YamlJson.Parse(overrides)!["overrides"]!.ToJsonString().ShouldBe(
            """{"a":{"ingestion":{"max_bytes_per_trace":9},"read":null},"b":{"ingestion":null,"read":null,"compaction":{"block_retention":"24h0m0s"}}}""");
        new TempoConfiguration(Stack("{}"), Storage, new FeatureGates()).RenderOverrides().ShouldBe("overrides:\n");
    }

    [Theory]
    [InlineData("ingester", "760m", "2Gi", "228m", "644245120")]
    [InlineData("distributor", "540m", "515396064", "162m", "154618816")]
    [InlineData("query-frontend", "90m", "107374184", "27m", "32212256")]
    public void The_total_is_split(string component, string cpu, string memory, string asked, string askedMemory)
    {
        var resources = ComponentResources.Of(Stack("""{"resources":{"total":{"limits":{"memory":"4Gi","cpu":"2000m"}}}}"""), TempoComponent.All.Single(one => one.Name == component));
        resources.Text("limits", "cpu").ShouldBe(cpu);
        Quantity.Parse(resources.At("limits", "memory")).Value.ShouldBe(Quantity.Parse(memory).Value, tolerance: 1024);
        resources.Text("requests", "cpu").ShouldBe(asked);
        Quantity.Parse(resources.At("requests", "memory")).Value.ShouldBe(Quantity.Parse(askedMemory).Value, tolerance: 1024);
    }

    [Fact]
    public void No_amount_is_too_large_to_be_split()
    {
        const string Spec = """{"resources":{"total":{"limits":{"memory":"MOST","cpu":"MOST"}}},"storageSize":"MOST"}""";
        ComponentResources.Of(Stack(Spec.Replace("MOST", "99999999999999999999999999E", StringComparison.Ordinal)), TempoComponent.Ingester)
            .At("limits", "cpu").ShouldNotBeNull();
    }

    [Fact]
    public void A_size_gives_requests_and_replicas_and_no_limits()
    {
        var stack = Stack("""{"size":"1x.medium"}""");
        ComponentResources.Of(stack, TempoComponent.Ingester).ToJsonString().ShouldBe("""{"requests":{"cpu":"8","memory":"16Gi"}}""");
        TempoComponent.All.Select(component => $"{component.Name} {stack.Replicas(component)}").ShouldBe(
            ["distributor 4", "ingester 2", "querier 5", "query-frontend 2", "compactor 3", "gateway 2", "metrics-generator 3"]);
        ComponentResources.Of(Stack("""{"size":"1x.demo"}"""), TempoComponent.Ingester).Count.ShouldBe(0);
    }

    [Fact]
    public void The_frontend_has_the_Jaeger_and_what_stands_between()
    {
        var pod = Workload("tempo-t-query-frontend", """{"template":{"queryFrontend":{"jaegerQuery":{"enabled":true}}}}""").At("spec", "template", "spec");
        pod.Objects("containers").Select(container => container.Text("name")).ShouldBe(["tempo", "jaeger-query", "tempo-query"]);
        pod.Objects("containers").First().Texts("args").ShouldBe(
        [
            "-target=query-frontend", "-config.file=/conf/tempo-query-frontend.yaml", "-mem-ballast-size-mbs=1024", "-log.level=info", "-config.expand-env=true",
            "--storage.trace.s3.secret_key=$(S3_SECRET_KEY)", "--storage.trace.s3.access_key=$(S3_ACCESS_KEY)",
        ]);
        pod.Objects("containers").ElementAt(1).Texts("args").ShouldBe(
            ["--query.base-path=/", "--span-storage.type=grpc", "--grpc-storage.server=localhost:7777", "--query.bearer-token-propagation=true"]);
        pod.At("securityContext", "fsGroup")!.ToString().ShouldBe("10001");
    }

    [Fact]
    public void A_gateway_takes_the_place_of_open_receivers()
    {
        const string Spec = """
            {"tenants":{"mode":"openshift","authentication":[{"tenantName":"dev","tenantId":"1"}]},"template":{"gateway":{"enabled":true}}}
            """;
        var objects = Objects(Spec, FeatureGates.Parse(["openshift.route"]));
        Names(objects, "services").ShouldContain("tempo-t-gateway");
        objects.Single(one => one.Resource == "services" && one.Content.Text("metadata", "name") == "tempo-t-distributor").Content
            .Objects("spec", "ports").Select(port => port.Text("name")).ShouldBe(["otlp-http", "otlp-grpc", "http"]);
        var gateway = objects.Single(one => one.Resource == "deployments.apps" && one.Content.Text("metadata", "name") == "tempo-t-gateway").Content;
        gateway.Objects("spec", "template", "spec", "containers").Select(container => container.Text("name")).ShouldBe(["tempo-gateway", "tempo-gateway-opa"]);
        Names(objects, "clusterroles.rbac.authorization.k8s.io").ShouldBe(["tempo-t-gateway-ns"]);
        Names(objects, "routes.route.openshift.io").ShouldBe(["tempo-t-gateway"]);
        Names(Objects("{}"), "services").ShouldNotContain("tempo-t-gateway");
    }

    [Fact]
    public void Each_component_but_the_compactor_has_a_disruption_budget_and_each_a_policy()
    {
        var objects = Objects("{}");
        Names(objects, "poddisruptionbudgets.policy").Order().ShouldBe(["tempo-t-distributor", "tempo-t-ingester", "tempo-t-querier", "tempo-t-query-frontend"]);
        Names(objects, "networkpolicies.networking.k8s.io").Order().ShouldBe(
            ["tempo-t-allow-dns", "tempo-t-compactor", "tempo-t-distributor", "tempo-t-gossip", "tempo-t-ingester", "tempo-t-ingress-to-operand-metrics", "tempo-t-querier", "tempo-t-query-frontend"]);
        Names(Objects("""{"networkPolicy":{"enabled":false}}"""), "networkpolicies.networking.k8s.io").ShouldBeEmpty();
    }

    private static IReadOnlyList<(string Resource, JsonObject Content)> Objects(string spec, FeatureGates? gates = null) =>
        StackManifests.Of(Stack(spec, gates), Storage, gates ?? new FeatureGates(), [], []);

    private static IEnumerable<string> Names(IEnumerable<(string Resource, JsonObject Content)> objects, string resource) =>
        objects.Where(one => one.Resource == resource).Select(one => one.Content.Text("metadata", "name")!);

    private static JsonObject Workload(string name, string spec) =>
        Objects(spec).Single(one => one.Resource is "deployments.apps" or "statefulsets.apps" && one.Content.Text("metadata", "name") == name).Content;

    private static JsonObject Configuration(string spec, FeatureGates? gates = null, bool frontend = false) =>
        (JsonObject)YamlJson.Parse(new TempoConfiguration(Stack(spec, gates), Storage, gates ?? new FeatureGates()).Render(frontend))!;

    private static TempoStackView Stack(string spec, FeatureGates? gates = null) =>
        new(new JsonObject { ["metadata"] = new JsonObject { ["name"] = "t", ["namespace"] = "ns" }, ["spec"] = JsonNode.Parse(spec) }, gates ?? new FeatureGates());
}
