using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Configuration;
using TempoCos.Contracts;
using TempoCos.Tempo.Tests;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Reach;

namespace TempoCos.TempoStackDeployer.Tests.Reach;

[Collection(SandboxCluster.Others)]
public sealed class OutwardTests : IAsyncLifetime
{
    private const string Namespace = "traces";

    /// <summary>Nobody serves it, so that only a test writes the status.</summary>
    private const string Class = "elsewhere";

    private SandboxCluster _cluster = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await SandboxCluster.StartAsync(null, withOperator: false);
        await _cluster.Client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new() { Name = Namespace } }, cancellationToken: Stop);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task An_ingress_without_a_host_leads_to_the_address_in_its_status()
    {
        await CreateAsync("plain", null, false);
        await GiveAsync("plain", new V1IngressLoadBalancerIngress { Ip = "127.0.0.2", Ports = [new V1IngressPortStatus { Port = 8123, Protocol = "TCP" }] });

        var outward = (await FindAsync("plain")).ShouldNotBeNull();

        outward.Base.ShouldBe(new("http://127.0.0.2:8123"));
        outward.Target.ShouldBe("127.0.0.2:8123");
    }

    [Fact]
    public async Task A_host_that_does_not_resolve_is_asked_for_at_the_address_in_the_status()
    {
        await CreateAsync("named", "jaeger.invalid", true);
        await GiveAsync("named", new V1IngressLoadBalancerIngress { Ip = "127.0.0.2" });

        var outward = (await FindAsync("named")).ShouldNotBeNull();

        outward.Base.ShouldBe(new("https://jaeger.invalid"));
        outward.Target.ShouldBe("jaeger.invalid at 127.0.0.2:443");
    }

    [Fact]
    public async Task A_host_that_resolves_is_connected_to()
    {
        await CreateAsync("known", "localhost", false);

        (await FindAsync("known")).ShouldNotBeNull().Base.ShouldBe(new("http://localhost"));
    }

    [Theory]
    [InlineData(null, false, "http://127.0.0.1")]
    [InlineData("jaeger.invalid", true, "https://jaeger.invalid")]
    [InlineData("localhost", false, "http://localhost")]
    public async Task An_ingress_whose_controller_is_not_at_the_usual_ports_leads_to_the_port_in_the_status(string? host, bool tls, string expected)
    {
        var service = new V1Service
        {
            Metadata = new() { Name = "absent" },
            Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 80 }] },
        };
        await _cluster.Client.CoreV1.CreateNamespacedServiceAsync(service, Namespace, cancellationToken: Stop);
        await CreateAsync("served", host, tls, "loopback");
        int? port = null;
        await Eventually.TrueAsync("an address", async () =>
        {
            var ingress = await _cluster.Client.NetworkingV1.ReadNamespacedIngressAsync("served", Namespace, cancellationToken: Stop);
            port = ingress.Status?.LoadBalancer?.Ingress?.FirstOrDefault()?.Ports?.FirstOrDefault()?.Port;
            return port is not null;
        });

        (await FindAsync("served")).ShouldNotBeNull().Base.ShouldBe(new($"{expected}:{port}"));
    }

    [Theory]
    [InlineData("lost", null, Codes.NoAddress)]
    [InlineData("unknown", "jaeger.invalid", Codes.HostUnknown)]
    public async Task An_ingress_that_leads_nowhere_says_why(string name, string? host, string code)
    {
        await CreateAsync(name, host, false);

        (await Should.ThrowAsync<DiagnosticException>(() => FindAsync(name))).Code.ShouldBe(code);
    }

    [Fact]
    public async Task Without_an_ingress_or_routes_there_is_no_way_outward()
    {
        using var connection = Connection();

        (await Outward.ByIngressAsync(connection, Namespace, "absent", Stop)).ShouldBeNull();
        (await Outward.ByRouteAsync(connection, Namespace, "absent", null, Stop)).ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"spec":{"host":"localhost","tls":{"termination":"edge"}}}""", "https://localhost/")]
    [InlineData("""{"spec":{"host":"localhost"}}""", "http://localhost/")]
    [InlineData("""{"metadata":{"annotations":{"tempocos.dev/address":"127.0.0.1:8443"}},"spec":{"host":"tempo.invalid","tls":{"termination":"edge"}}}""", "https://tempo.invalid:8443/")]
    [InlineData("""{"metadata":{"annotations":{"tempocos.dev/address":"127.0.0.1:"}},"spec":{"host":"localhost"}}""", "http://localhost/")]
    [InlineData("""{"spec":{"host":"tempo.invalid","tls":{"termination":"reencrypt"}},"status":{"ingress":[{"host":"tempo.invalid","routerCanonicalHostname":"localhost"}]}}""", "https://tempo.invalid/")]
    public async Task A_route_says_its_host_and_whether_it_is_TLS(string route, string expected)
    {
        using var client = new Kubernetes(
            KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.Kubeconfig),
            new Answering(request => request.RequestUri!.AbsolutePath.Contains("/routes/", StringComparison.Ordinal) ? HttpStatusCode.OK : null, route));
        using var connection = new ClusterConnection(client, "", false);

        (await Outward.ByRouteAsync(connection, Namespace, "tempo", null, Stop)).ShouldNotBeNull().Base.AbsoluteUri.ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{"host":"new.invalid"}""", """{"host":"old.invalid"}""", """{"host":"new.invalid"}""", "http://new.invalid/")]
    [InlineData("""{"route":{"termination":"edge"}}""", """{"host":"old.invalid"}""", """{"host":"old.invalid","tls":{"termination":"edge"}}""", "https://old.invalid/")]
    [InlineData("""{"termination":"insecure"}""", """{"host":"old.invalid","tls":{"termination":"edge"}}""", """{"host":"old.invalid"}""", "http://old.invalid/")]
    public async Task A_route_that_the_operator_has_yet_to_make_so_is_not_gone_by(string wanted, string before, string after, string expected)
    {
        var asked = 0;
        using var client = new Kubernetes(
            KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.Kubeconfig),
            new Answering(request => asked > 1 ? HttpStatusCode.OK : null, Route(after)),
            new Answering(request => asked++ < 2 ? HttpStatusCode.OK : null, Route(before)));
        using var connection = new ClusterConnection(client, "", false);

        (await Outward.ByRouteAsync(connection, Namespace, "tempo", JsonNode.Parse(wanted), Stop)).ShouldNotBeNull().Base.AbsoluteUri.ShouldBe(expected);

        static string Route(string spec) =>
            $$"""{"spec":{{spec}},"status":{"ingress":[{"host":"{{JsonNode.Parse(spec)!["host"]}}","routerCanonicalHostname":"localhost"}] } }""";
    }

    [Theory]
    [InlineData(StackKind.TempoStack, true, "gateway", ReachedBy.Ingress)]
    [InlineData(StackKind.TempoMonolithic, true, "jaegerui", ReachedBy.Ingress)]
    [InlineData(StackKind.TempoStack, false, "query-frontend", ReachedBy.PortForward)]
    [InlineData(StackKind.TempoMonolithic, false, "jaegerui", ReachedBy.PortForward)]
    public async Task Jaeger_is_reached_by_the_ingress_that_the_operator_makes_and_queries_where_it_leads_to_the_gateway(string kind, bool hasGateway, string ingress, string queries)
    {
        string[] services = ["", "-gateway", "-distributor", "-query-frontend", "-ingester", "-jaegerui"];
        string[] ports = ["otlp-grpc", "grpc-public", "public", "http", "jaeger-ui"];
        foreach (var service in services)
        {
            await _cluster.Client.CoreV1.CreateNamespacedServiceAsync(
                new V1Service
                {
                    Metadata = new() { Name = $"tempo-simplest{service}" },
                    Spec = new V1ServiceSpec { Selector = new Dictionary<string, string> { ["app"] = "tempo" }, Ports = [.. ports.Select((name, index) => new V1ServicePort { Name = name, Port = 4000 + index })] },
                },
                Namespace, cancellationToken: Stop);
        }

        await CreateAsync($"tempo-simplest-{ingress}", "localhost", false);
        var spec = JsonNode.Parse((kind, hasGateway) switch
        {
            (StackKind.TempoStack, true) => """
                {"spec": {"tenants": {"mode": "static", "authentication": [{"tenantName": "dev", "tenantId": "1"}]}, "template": {"gateway": {"enabled": true}, "queryFrontend": {"jaegerQuery": {"enabled": true}}}}}
                """,
            (StackKind.TempoStack, false) => """{"spec": {"template": {"queryFrontend": {"jaegerQuery": {"enabled": true}}}}}""",
            (_, true) => """{"spec": {"multitenancy": {"enabled": true, "mode": "static", "authentication": [{"tenantName": "dev", "tenantId": "1"}]}, "jaegerui": {"enabled": true}}}""",
            _ => """{"spec": {"jaegerui": {"enabled": true}}}""",
        })!.AsObject();
        using var connection = Connection();

        var plan = await ReachPlan.OfAsync(
            connection, new StackManifest(kind, "simplest", Namespace, spec), new ReachOptions { By = ReachBy.Ingress }, new ConfigurationBuilder().Build(), TimeProvider.System, Stop);

        plan.Ways.ToDictionary(open => open.Way.Endpoint, open => open.Way.By).ShouldBe(
            new Dictionary<string, string>
            {
                [EndpointName.OtlpGrpc] = ReachedBy.PortForward,
                [EndpointName.QueryFrontend] = queries,
                [EndpointName.Ingester] = ReachedBy.PortForward,
                [EndpointName.Jaeger] = ReachedBy.Ingress,
            },
            ignoreOrder: true);
    }

    private ClusterConnection Connection() => new(new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.Kubeconfig)), "", false);

    private async Task<Outward?> FindAsync(string name)
    {
        using var connection = Connection();
        return await Outward.ByIngressAsync(connection, Namespace, name, Stop);
    }

    private Task<V1Ingress> CreateAsync(string name, string? host, bool tls, string @class = Class)
    {
        var backend = new V1IngressBackend { Service = new V1IngressServiceBackend { Name = "absent", Port = new V1ServiceBackendPort { Number = 80 } } };
        return _cluster.Client.NetworkingV1.CreateNamespacedIngressAsync(
            new V1Ingress
            {
                Metadata = new() { Name = name },
                Spec = new V1IngressSpec
                {
                    IngressClassName = @class,
                    DefaultBackend = host is null ? backend : null,
                    Rules = host is null ? null : [new V1IngressRule { Host = host, Http = new V1HTTPIngressRuleValue { Paths = [new V1HTTPIngressPath { Path = "/", PathType = "Prefix", Backend = backend }] } }],
                    Tls = tls ? [new V1IngressTLS { Hosts = host is null ? null : [host] }] : null,
                },
            },
            Namespace, cancellationToken: Stop);
    }

    private Task<V1Ingress> GiveAsync(string name, V1IngressLoadBalancerIngress address) => _cluster.Client.NetworkingV1.PatchNamespacedIngressStatusAsync(
        new V1Patch(KubernetesJson.Serialize(new { status = new { loadBalancer = new V1IngressLoadBalancerStatus { Ingress = [address] } } }), V1Patch.PatchType.MergePatch),
        name, Namespace, cancellationToken: Stop);
}
