using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Operator;

/// <summary>What the operator does over time, and what it refuses.</summary>
public sealed class OperationTests
{
    private const string Storage = "\"storage\":{\"secret\":{\"name\":\"ibm-cos-secret\",\"type\":\"s3\"}}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"replicationFactor\":3", "spec.ReplicationFactor: Invalid value: 3: replica factor of 3 requires at least 2 ingester replicas")]
    [InlineData("\"template\":{\"gateway\":{\"enabled\":true}}", "spec.template.gateway.enabled: Invalid value: true: to enable the gateway, please configure tenants")]
    [InlineData("\"template\":{\"queryFrontend\":{\"jaegerQuery\":{\"ingress\":{\"type\":\"ingress\"}}}}",
        "spec.template.queryFrontend.jaegerQuery.ingress.type: Invalid value: \"ingress\": Ingress cannot be enabled if jaegerQuery is disabled")]
    [InlineData("\"serviceAccount\":\"none\"", "spec.serviceAccount: Invalid value: \"none\": ServiceAccount \"none\" not found")]
    [InlineData("\"template\":{\"metricsGenerator\":{\"enabled\":true}}",
        "spec.template.metricsGenerator.remoteWriteURLs: Required value: at least one remote write URL is required when the metrics-generator is enabled")]
    public async Task The_webhook_refuses(string more, string why)
    {
        await using var cluster = await TestCluster.StartAsync(Stacks.Secret("default"));
        var refusal = await TestCluster.RefusedAsync(() => Instances.ApplyAsync(cluster, "TempoStack", $"{{{Storage},{more}}}"));
        refusal.Message.ShouldBe($"admission webhook \"vtempostack.tempo.grafana.com\" denied the request: TempoStack.tempo.grafana.com \"simplest\" is invalid: {why}");
        refusal.Code.ShouldBe(422);
        await Instances.ApplyAsync(cluster, "TempoStack", $"{{{Storage}}}");
    }

    [Fact]
    public async Task The_webhook_fills_in_what_was_left_open()
    {
        await using var cluster = await TestCluster.StartAsync();
        await Instances.ApplyAsync(cluster, "TempoStack", $"{{{Storage},\"size\":\"1x.pico\"}}");
        var stack = await Instances.ReadAsync(cluster, "TempoStack");
        stack.Text("spec", "managementState").ShouldBe("Managed");
        stack.Text("spec", "serviceAccount").ShouldBe("tempo-simplest");
        stack.Number("spec", "replicationFactor").ShouldBe(2);
        stack.Number("spec", "template", "querier", "replicas").ShouldBe(2);
        stack.Text("metadata", "labels", "tempo.grafana.com/distribution").ShouldBe("community");
    }

    [Fact]
    public async Task Objects_that_are_no_longer_asked_for_go_and_the_unmanaged_stay()
    {
        await using var cluster = await TestCluster.StartAsync(Stacks.Secret("default"));
        await Stacks.ApplyAsync(cluster, "default");
        await Stacks.ConditionAsync(cluster, "default", "Ready");
        await Instances.ApplyAsync(cluster, "TempoStack", $"{{{Storage},\"storageSize\":\"200M\",\"template\":{{\"queryFrontend\":{{\"jaegerQuery\":{{\"enabled\":true}}}}}}}}");
        await Eventually.TrueAsync("the ingress to go", async () => (await cluster.Client.NetworkingV1.ListNamespacedIngressAsync("default", cancellationToken: Cancellation)).Items.Count == 0);

        await Instances.ApplyAsync(cluster, "TempoStack",
            $"{{{Storage},\"managementState\":\"Unmanaged\",\"storageSize\":\"200M\",\"template\":{{\"querier\":{{\"replicas\":2}}}}}}");

        // What the operator had begun when it was told to let go may bring it back once; while it manages, each deletion would.
        await Eventually.TrueAsync("the configuration to go", async () =>
        {
            if ((await cluster.Client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Cancellation)).Items.All(map => map.Name() != "tempo-simplest"))
            {
                return true;
            }

            await cluster.Client.CoreV1.DeleteNamespacedConfigMapAsync("tempo-simplest", "default", cancellationToken: Cancellation);
            return false;
        });
        (await cluster.Client.AppsV1.ReadNamespacedDeploymentAsync("tempo-simplest-querier", "default", cancellationToken: Cancellation)).Spec.Replicas.ShouldBe(1);

        await Instances.ApplyAsync(cluster, "TempoStack", $"{{{Storage},\"managementState\":\"Managed\",\"storageSize\":\"200M\",\"template\":{{\"querier\":{{\"replicas\":2}}}}}}");
        await Eventually.TrueAsync("the configuration to be back and the querier to have two", async () =>
            (await cluster.Client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Cancellation)).Items.Any(map => map.Name() == "tempo-simplest")
            && (await cluster.Client.AppsV1.ReadNamespacedDeploymentAsync("tempo-simplest-querier", "default", cancellationToken: Cancellation)).Spec.Replicas == 2);
    }

    [Fact]
    public async Task Scaled_to_nothing_the_operator_does_nothing()
    {
        await using var cluster = await TestCluster.StartAsync(Stacks.Secret("default"));
        var apps = cluster.Client.AppsV1;
        await Eventually.TrueAsync("the operator to be available", async () => await AvailableAsync() == "True");
        await ScaleAsync(0);
        await Eventually.TrueAsync("the operator to be unavailable", async () => await AvailableAsync() == "False");
        await Stacks.ApplyAsync(cluster, "default");
        (await cluster.Client.CoreV1.ListNamespacedConfigMapAsync("default", labelSelector: "app.kubernetes.io/managed-by=tempo-operator", cancellationToken: Cancellation)).Items.ShouldBeEmpty();
        (await Instances.ReadAsync(cluster, "TempoStack")).At("status").ShouldBeNull();

        await ScaleAsync(1);
        await Stacks.ConditionAsync(cluster, "default", "Ready");

        async Task<string?> AvailableAsync() => (await apps.ReadNamespacedDeploymentAsync("tempo-operator-controller", "tempo-operator-system", cancellationToken: Cancellation))
            .Status.Conditions?.FirstOrDefault(condition => condition.Type == "Available")?.Status;

        Task ScaleAsync(int replicas) => apps.PatchNamespacedDeploymentScaleAsync(
            new V1Patch($"{{\"spec\":{{\"replicas\":{replicas}}}}}", V1Patch.PatchType.MergePatch), "tempo-operator-controller", "tempo-operator-system", cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Certificates_are_issued_by_a_CA_of_the_instance()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { FeatureGates = ["grpcEncryption"] }, Stacks.Secret("default"));
        await Stacks.ApplyAsync(cluster, "default");
        var core = cluster.Client.CoreV1;
        var secret = await Eventually.AsAsync("the ingester's certificate", async () =>
            (await core.ListNamespacedSecretAsync("default", cancellationToken: Cancellation)).Items.FirstOrDefault(one => one.Name() == "tempo-simplest-ingester-mtls"));
        secret.Type.ShouldBe("kubernetes.io/tls");
        var bundle = (await core.ReadNamespacedConfigMapAsync("tempo-simplest-ca-bundle", "default", cancellationToken: Cancellation)).Data["service-ca.crt"];
        using var authority = X509Certificate2.CreateFromPem(bundle);
        using var certificate = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(secret.Data["tls.crt"]));
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.Build(certificate).ShouldBeTrue();
        certificate.MatchesHostname("tempo-simplest-ingester.default.svc.cluster.local").ShouldBeTrue();
        certificate.MatchesHostname("tempo-simplest-querier.default.svc.cluster.local").ShouldBeFalse();
        var ingester = await Eventually.AsAsync("the ingester", async () =>
            (await cluster.Client.AppsV1.ListNamespacedStatefulSetAsync("default", cancellationToken: Cancellation)).Items.FirstOrDefault());
        ingester.Spec.Template.Spec.Containers[0].VolumeMounts.Select(mount => mount.MountPath).ShouldBe(["/conf", "/var/tempo", "/var/run/ca", "/var/run/tls/server"]);
        ingester.Spec.Template.Metadata.Annotations.Keys.ShouldContain("tempo.grafana.com/cert-hash-tempo-simplest-ingester-mtls");
    }
}
