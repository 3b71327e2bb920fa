using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Images;

namespace TempoCos.Cluster.Tests.Operator;

/// <summary>What the operator's feature gates for OpenShift bring along.</summary>
public sealed class OpenShiftTests
{
    private const string Name = "tempo-simplest-query-frontend";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stacks_route_is_admitted_under_the_domain_of_the_gate_and_made_again_when_it_is_deleted()
    {
        await using var cluster = await StartAsync("openshift.route", "openshift.baseDomain=apps.cluster.example");
        await Instances.ApplyAsync(cluster, "TempoStack", """
            {"storage":{"secret":{"name":"ibm-cos-secret","type":"s3"}},"storageSize":"1Gi","template":{"queryFrontend":{"jaegerQuery":{"enabled":true,"ingress":{"type":"route"}}}}}
            """);

        var route = await AdmittedAsync(cluster, "default", Name, "True");
        route.Text("spec", "host").ShouldBe($"{Name}-default.apps.cluster.example");
        route.Text("spec", "tls", "termination").ShouldBe("edge");
        route.At("metadata", "annotations").Text("haproxy.router.openshift.io/timeout").ShouldBe("30s");

        await cluster.Client.CustomObjects.DeleteNamespacedCustomObjectAsync("route.openshift.io", "v1", "default", "routes", Name, cancellationToken: Cancellation);
        await Eventually.TrueAsync("another route", async () => await FindAsync(cluster, "default", Name) is { } found && found.Text("metadata", "uid") != route.Text("metadata", "uid"));
        (await AdmittedAsync(cluster, "default", Name, "True")).Text("spec", "host").ShouldBe($"{Name}-default.apps.cluster.example");
    }

    [Fact]
    public async Task Outside_of_OpenShift_nobody_says_the_domain_that_mode_openshift_needs()
    {
        await using var cluster = await StartAsync();
        await Instances.ApplyAsync(cluster, "TempoMonolithic", """
            {"storage":{"traces":{"backend":"s3","s3":{"secret":"ibm-cos-secret"}}},"multitenancy":{"enabled":true,"mode":"openshift","authentication":[{"tenantName":"dev","tenantId":"1"}]}}
            """);

        var failed = Instances.Condition(await Instances.ConditionAsync(cluster, "TempoMonolithic", "Failed"), "Failed");

        failed.Text("reason").ShouldBe("FailedReconciliation");
        failed.Text("message").ShouldBe("failed to lookup gateway base domain: no matches for kind \"DNS\" in version \"config.openshift.io/v1\"");
    }

    [Fact]
    public async Task A_host_is_the_oldest_routes_until_that_goes()
    {
        await using var cluster = await StartAsync("openshift.route");
        var other = await cluster.NamespaceAsync();
        await CreateAsync(cluster, "default", "first");
        await AgedAsync(await AdmittedAsync(cluster, "default", "first", "True"));

        await CreateAsync(cluster, "default", "second");
        await CreateAsync(cluster, other, "third");

        Condition(await AdmittedAsync(cluster, "default", "second", "False")).Text("message").ShouldBe("route first already exposes taken.example and is older");
        var refused = Condition(await AdmittedAsync(cluster, other, "third", "False"));
        (refused.Text("reason"), refused.Text("message")).ShouldBe(("HostAlreadyClaimed", "a route in another namespace holds taken.example and is older than third"));

        foreach (var name in (string[])["first", "second"])
        {
            await cluster.Client.CustomObjects.DeleteNamespacedCustomObjectAsync("route.openshift.io", "v1", "default", "routes", name, cancellationToken: Cancellation);
        }

        await AdmittedAsync(cluster, other, "third", "True");
    }

    [Fact]
    public async Task A_route_that_leaves_a_host_leaves_it_to_the_next_and_gets_none_that_is_held()
    {
        await using var cluster = await StartAsync("openshift.route");
        var other = await cluster.NamespaceAsync();
        await CreateAsync(cluster, "default", "first");
        await AgedAsync(await AdmittedAsync(cluster, "default", "first", "True"));
        await CreateAsync(cluster, other, "second");
        await AdmittedAsync(cluster, other, "second", "False");

        await MoveAsync("default", "first", "free.example");
        await AdmittedAsync(cluster, other, "second", "True");
        (await AdmittedAsync(cluster, "default", "first", "True")).Objects("status", "ingress").Single().Text("host").ShouldBe("free.example");

        await MoveAsync(other, "second", "free.example");
        var refused = await AdmittedAsync(cluster, other, "second", "False");
        refused.Objects("status", "ingress").Single().Text("host").ShouldBe("free.example");
        refused.Text("metadata", "annotations", "tempocos.dev/address").ShouldBe("127.0.0.1:");

        Task<object> MoveAsync(string ns, string name, string host) => cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync(
            new V1Patch($$$$"""{"spec":{"host":"{{{{host}}}}"}}""", V1Patch.PatchType.MergePatch), "route.openshift.io", "v1", ns, "routes", name, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task An_annotated_service_gets_a_certificate_and_an_annotated_map_its_authority()
    {
        await using var cluster = await StartAsync("openshift.servingCertsService");
        await cluster.Client.CoreV1.CreateNamespacedServiceAsync(
            new V1Service
            {
                Metadata = new() { Name = "web", Annotations = new Dictionary<string, string> { ["service.beta.openshift.io/serving-cert-secret-name"] = "web-tls" } },
                Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 443 }] },
            },
            "default", cancellationToken: Cancellation);
        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap { Metadata = new() { Name = "ca", Annotations = new Dictionary<string, string> { ["service.beta.openshift.io/inject-cabundle"] = "true" } } }, "default", cancellationToken: Cancellation);
        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new() { Name = "plain" } }, "default", cancellationToken: Cancellation);

        var secret = await Eventually.AsAsync("the certificate", async () =>
            (await cluster.Client.CoreV1.ListNamespacedSecretAsync("default", cancellationToken: Cancellation)).Items.FirstOrDefault(one => one.Metadata.Name == "web-tls"));
        var authority = await Eventually.AsAsync("the authority", async () =>
            (await cluster.Client.CoreV1.ReadNamespacedConfigMapAsync("ca", "default", cancellationToken: Cancellation)).Data?["service-ca.crt"]);
        secret.Type.ShouldBe("kubernetes.io/tls");
        using var certificate = X509Certificate2.CreateFromPem(System.Text.Encoding.UTF8.GetString(secret.Data["tls.crt"]), System.Text.Encoding.UTF8.GetString(secret.Data["tls.key"]));
        certificate.MatchesHostname("web.default.svc").ShouldBeTrue();
        certificate.MatchesHostname("other.default.svc").ShouldBeFalse();
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(authority);
        chain.Build(certificate).ShouldBeTrue();
        (await cluster.Client.CoreV1.ReadNamespacedConfigMapAsync("plain", "default", cancellationToken: Cancellation)).Data.ShouldBeNull();
    }

    /// <summary>Nothing runs in the pods: only what the operator makes is looked at.</summary>
    private static Task<TestCluster> StartAsync(params string[] gates) =>
        TestCluster.StartAsync(options => options with { FeatureGates = gates, Images = [ImageProgram.Parse("*=none")] }, Stacks.Secret("default"));

    private static Task<object> CreateAsync(TestCluster cluster, string ns, string name) => cluster.Client.CustomObjects.CreateNamespacedCustomObjectAsync(
        JsonNode.Parse($$$$"""{"apiVersion":"route.openshift.io/v1","kind":"Route","metadata":{"name":"{{{{name}}}}"},"spec":{"host":"taken.example","to":{"kind":"Service","name":"web"}}}"""),
        "route.openshift.io", "v1", ns, "routes", cancellationToken: Cancellation);

    private static async Task<JsonObject?> FindAsync(TestCluster cluster, string ns, string name) =>
        ((JsonObject)JsonNode.Parse(JsonSerializer.Serialize(await cluster.Client.CustomObjects.ListNamespacedCustomObjectAsync("route.openshift.io", "v1", ns, "routes", cancellationToken: Cancellation)))!)
        .Objects("items").FirstOrDefault(route => route.Text("metadata", "name") == name);

    private static Task<JsonObject> AdmittedAsync(TestCluster cluster, string ns, string name, string status) => Eventually.AsAsync($"{name} to be admitted: {status}", async () =>
        await FindAsync(cluster, ns, name) is { } route && Condition(route).Text("status") == status ? route : null);

    /// <summary>Routes' ages are told in seconds: what is made from here on is younger.</summary>
    private static Task AgedAsync(JsonObject route)
    {
        var created = DateTimeOffset.Parse(route.Text("metadata", "creationTimestamp")!, System.Globalization.CultureInfo.InvariantCulture);
        return Eventually.TrueAsync("the next second", () => Task.FromResult(DateTimeOffset.UtcNow >= created.AddSeconds(1)));
    }

    private static JsonObject? Condition(JsonObject route) => route.Objects("status", "ingress").FirstOrDefault()?.Objects("conditions").FirstOrDefault();
}
