using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests.Controllers.Network;

public sealed class IngressTests
{
    private const string RouteDefinition = """
        {"metadata":{"name":"routes.route.openshift.io"},"spec":{"group":"route.openshift.io","scope":"Namespaced",
         "names":{"plural":"routes","singular":"route","kind":"Route","listKind":"RouteList"},
         "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
           "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_ingress_with_one_backend_is_reached_where_its_service_is()
    {
        await using var cluster = await ServingAsync();
        await CreateAsync(cluster, new V1IngressSpec { DefaultBackend = Backend("web") });
        var port = await PortAsync(cluster);
        using var client = Client(port);
        (await client.GetStringAsync(new Uri("http://anything.example/"), Cancellation)).ShouldBe("answer\n");
    }

    [Fact]
    public async Task Rules_lead_by_host_and_path_and_what_has_none_is_not_found()
    {
        await using var cluster = await ServingAsync();
        await CreateAsync(cluster, new V1IngressSpec
        {
            Rules =
            [
                new V1IngressRule
                {
                    Host = "web.example",
                    Http = new V1HTTPIngressRuleValue
                    {
                        Paths =
                        [
                            new V1HTTPIngressPath { Path = "/web", PathType = "Prefix", Backend = Backend("web") },
                            new V1HTTPIngressPath { Path = "/gone", PathType = "Exact", Backend = Backend("there-is-no-such-service") },
                        ],
                    },
                },
            ],
        });
        using var client = Client(await PortAsync(cluster));
        (await client.GetStringAsync(new Uri("http://web.example/web/x"), Cancellation)).ShouldBe("answer\n");
        (await client.GetStringAsync(new Uri("http://127.0.0.1/web"), Cancellation)).ShouldBe("answer\n");
        (await StatusAsync(client, "http://web.example/other")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(client, "http://other.example/web")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(client, "http://web.example/gone")).ShouldBe(HttpStatusCode.ServiceUnavailable);

        await cluster.Client.NetworkingV1.DeleteNamespacedIngressAsync("web", "default", cancellationToken: Cancellation);
        await Eventually.TrueAsync("the listener to close", async () =>
        {
            try
            {
                await client.GetStringAsync(new Uri("http://web.example/web"), Cancellation);
                return false;
            }
            catch (HttpRequestException)
            {
                return true;
            }
        });
    }

    [Fact]
    public async Task Tls_is_that_of_the_hosts_secret()
    {
        await using var cluster = await ServingAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var own = new CertificateRequest("CN=web.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await cluster.Client.CoreV1.CreateNamespacedSecretAsync(new V1Secret
        {
            Metadata = new V1ObjectMeta { Name = "web-tls" },
            Type = "kubernetes.io/tls",
            StringData = new Dictionary<string, string> { ["tls.crt"] = own.ExportCertificatePem(), ["tls.key"] = key.ExportPkcs8PrivateKeyPem() },
        }, "default", cancellationToken: Cancellation);
        await CreateAsync(cluster, new V1IngressSpec { DefaultBackend = Backend("web"), Tls = [new V1IngressTLS { Hosts = ["web.example"], SecretName = "web-tls" }] });
        var port = await PortAsync(cluster);
        var seen = new List<string>();
        using var client = Client(port, certificate =>
        {
            seen.Add(certificate.Thumbprint);
            return true;
        });
        (await client.GetStringAsync(new Uri("https://web.example/"), Cancellation)).ShouldBe("answer\n");
        seen.ShouldBe([own.Thumbprint]);
    }

    [Fact]
    public async Task An_ingress_of_another_class_is_not_served()
    {
        await using var cluster = await ServingAsync();
        await CreateAsync(cluster, new V1IngressSpec { IngressClassName = "nginx", DefaultBackend = Backend("web") }, "other");
        await CreateAsync(cluster, new V1IngressSpec { IngressClassName = "loopback", DefaultBackend = Backend("web") });
        await PortAsync(cluster);
        (await cluster.Client.NetworkingV1.ReadNamespacedIngressAsync("other", "default", cancellationToken: Cancellation)).Status?.LoadBalancer?.Ingress.ShouldBeNull();
    }

    [Fact]
    public async Task An_address_that_another_controller_wrote_stays_and_its_own_goes_with_the_class()
    {
        await using var cluster = await ServingAsync();
        var ingresses = cluster.Client.NetworkingV1;
        await CreateAsync(cluster, new V1IngressSpec { IngressClassName = "nginx", DefaultBackend = Backend("web") }, "other");
        await ingresses.PatchNamespacedIngressStatusAsync(
            new V1Patch("""{"status":{"loadBalancer":{"ingress":[{"ip":"127.0.0.1"}]}}}""", V1Patch.PatchType.MergePatch), "other", "default", cancellationToken: Cancellation);
        await CreateAsync(cluster, new V1IngressSpec { IngressClassName = "loopback", DefaultBackend = Backend("web") });
        await PortAsync(cluster);

        await ingresses.PatchNamespacedIngressAsync(new V1Patch("""{"spec":{"ingressClassName":"nginx"}}""", V1Patch.PatchType.MergePatch), "web", "default", cancellationToken: Cancellation);
        await Eventually.TrueAsync("the address to go", async () => (await ReadAsync("web")).Status?.LoadBalancer?.Ingress is not { Count: > 0 });
        (await ReadAsync("other")).Status.LoadBalancer.Ingress.ShouldHaveSingleItem().Ip.ShouldBe("127.0.0.1");

        Task<V1Ingress> ReadAsync(string name) => ingresses.ReadNamespacedIngressAsync(name, "default", cancellationToken: Cancellation);
    }

    [Fact]
    public async Task A_route_is_admitted_and_ends_tls_with_a_certificate_of_the_cluster()
    {
        await using var cluster = await ServingAsync();
        await cluster.Client.ApiextensionsV1.CreateCustomResourceDefinitionAsync(KubernetesJson.Deserialize<V1CustomResourceDefinition>(RouteDefinition), cancellationToken: Cancellation);
        var custom = cluster.Client.CustomObjects;
        var route = System.Text.Json.Nodes.JsonNode.Parse("""
            {"apiVersion":"route.openshift.io/v1","kind":"Route","metadata":{"name":"web"},
             "spec":{"to":{"kind":"Service","name":"web"},"port":{"targetPort":"http"},"tls":{"termination":"edge","insecureEdgeTerminationPolicy":"Redirect"}}}
            """)!;
        await Eventually.TrueAsync("the kind to be served", async () =>
        {
            try
            {
                await custom.CreateNamespacedCustomObjectAsync(route, "route.openshift.io", "v1", "default", "routes", cancellationToken: Cancellation);
                return true;
            }
            catch (k8s.Autorest.HttpOperationException missing) when (missing.Response.StatusCode == HttpStatusCode.NotFound)
            {
                return false;
            }
        });
        var admitted = await Eventually.AsAsync("the route to be admitted", async () =>
            System.Text.Json.Nodes.JsonNode.Parse(((System.Text.Json.JsonElement)await custom.GetNamespacedCustomObjectAsync("route.openshift.io", "v1", "default", "routes", "web", Cancellation)).GetRawText()) is var read
            && read?["status"]?["ingress"]?[0]?["conditions"]?[0]?["status"]?.ToString() == "True" ? read : null);
        admitted["status"]!["ingress"]![0]!["host"]!.ToString().ShouldBe("web-default.apps.tempocos.local");
        admitted["spec"]!["host"]!.ToString().ShouldBe("web-default.apps.tempocos.local");
        var port = new Uri($"http://{admitted["metadata"]!["annotations"]!["tempocos.dev/address"]}").Port;

        var authority = X509CertificateLoader.LoadCertificate(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig).SslCaCerts[0].RawData);
        using var client = Client(port, certificate =>
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            return chain.Build(certificate) && certificate.MatchesHostname("web-default.apps.tempocos.local");
        });
        (await client.GetStringAsync(new Uri("https://web-default.apps.tempocos.local/"), Cancellation)).ShouldBe("answer\n");
        (await StatusAsync(client, "http://web-default.apps.tempocos.local/")).ShouldBe(HttpStatusCode.Redirect);
        (await StatusAsync(client, "https://other.apps.tempocos.local/")).ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<TestCluster> ServingAsync()
    {
        var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        await cluster.Client.CoreV1.CreateNamespacedServiceAsync(new V1Service
        {
            Metadata = new V1ObjectMeta { Name = "web" },
            Spec = new V1ServiceSpec { Selector = new Dictionary<string, string> { ["app"] = "web" }, Ports = [new V1ServicePort { Name = "http", Port = 80, TargetPort = "http" }] },
        }, "default", cancellationToken: Cancellation);
        await cluster.Client.CoreV1.CreateNamespacedPodAsync(ServiceTests.Pod("web", "/ready"), "default", cancellationToken: Cancellation);
        await Eventually.TrueAsync("the pod", async () => (await cluster.Client.CoreV1.ReadNamespacedPodAsync("web", "default", cancellationToken: Cancellation)).Status?.ContainerStatuses is [{ Ready: true }]);
        return cluster;
    }

    private static V1IngressBackend Backend(string service) => new() { Service = new V1IngressServiceBackend { Name = service, Port = new V1ServiceBackendPort { Number = 80 } } };

    private static Task<V1Ingress> CreateAsync(TestCluster cluster, V1IngressSpec spec, string name = "web") => cluster.Client.NetworkingV1.CreateNamespacedIngressAsync(
        new V1Ingress { Metadata = new V1ObjectMeta { Name = name }, Spec = spec }, "default", cancellationToken: Cancellation);

    private static async Task<int> PortAsync(TestCluster cluster) => (await Eventually.AsAsync("the ingress's address", async () =>
        (await cluster.Client.NetworkingV1.ReadNamespacedIngressAsync("web", "default", cancellationToken: Cancellation)).Status?.LoadBalancer?.Ingress?.FirstOrDefault())).Ports[0].Port;

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string url)
    {
        using var response = await client.GetAsync(new Uri(url), Cancellation);
        return response.StatusCode;
    }

    /// <summary>A client whose every name is at this port of loopback.</summary>
    private static HttpClient Client(int port, Func<X509Certificate2, bool>? trust = null) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => trust?.Invoke((X509Certificate2)certificate!) == true },
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        },
    });
}
