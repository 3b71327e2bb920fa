using System.Text.Json;
using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests.Operator;

public sealed class StackTests
{
    private const string Http = "http 3200";
    private const string Grpc = "grpc 9095";
    private const string Memberlist = "http-memberlist 7946";

    private static readonly string[] Jaeger = ["jaeger-grpc 16685", "jaeger-ui 16686", "jaeger-metrics 16687"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_assertions_of_the_original_test_hold()
    {
        await using var cluster = await TestCluster.StartAsync(Stacks.Secret("default"));
        await Stacks.ApplyAsync(cluster, "default");
        var stack = await Stacks.ConditionAsync(cluster, "default", "Ready");
        Stacks.Condition(stack, "Ready").GetProperty("message").GetString().ShouldBe("All components are operational");
        Stacks.Condition(stack, "Pending").GetProperty("status").GetString().ShouldBe("False");

        var client = cluster.Client;
        Labels(await client.CoreV1.ReadNamespacedServiceAccountAsync("tempo-simplest", "default", cancellationToken: Cancellation), "serviceaccount");
        foreach (var component in (string[])["query-frontend", "distributor", "querier", "compactor"])
        {
            var deployment = await client.AppsV1.ReadNamespacedDeploymentAsync($"tempo-simplest-{component}", "default", cancellationToken: Cancellation);
            Labels(deployment, component);
            deployment.Status.ReadyReplicas.ShouldBe(1);
            deployment.Spec.Replicas.ShouldBe(1);
        }

        var ingester = await client.AppsV1.ReadNamespacedStatefulSetAsync("tempo-simplest-ingester", "default", cancellationToken: Cancellation);
        Labels(ingester, "ingester");
        ingester.Status.ReadyReplicas.ShouldBe(1);

        await ServiceAsync("compactor", "compactor", Memberlist, Http);
        await ServiceAsync("distributor", "distributor", "otlp-http 4318", "otlp-grpc 4317", Http, "thrift-http 14268", "thrift-compact 6831/UDP", "thrift-binary 6832/UDP", "jaeger-grpc 14250", "http-zipkin 9411");
        await ServiceAsync("gossip-ring", "gossip-ring", Memberlist);
        await ServiceAsync("ingester", "ingester", Http, Grpc);
        await ServiceAsync("querier", "querier", Memberlist, Http, Grpc);
        await ServiceAsync("query-frontend", "query-frontend", [Http, Grpc, .. Jaeger]);
        await ServiceAsync("query-frontend-discovery", "query-frontend-discovery", [Http, Grpc, "grpclb 9096", .. Jaeger]);

        var ring = await client.CoreV1.ReadNamespacedServiceAsync("tempo-simplest-gossip-ring", "default", cancellationToken: Cancellation);
        ring.Spec.ClusterIP.ShouldBe("None");
        ring.Spec.PublishNotReadyAddresses.ShouldBe(true);
        ring.Spec.Selector["tempo-gossip-member"].ShouldBe("true");

        var ingress = await client.NetworkingV1.ReadNamespacedIngressAsync("tempo-simplest-query-frontend", "default", cancellationToken: Cancellation);
        Labels(ingress, "query-frontend");
        ingress.Spec.DefaultBackend.Service.Name.ShouldBe("tempo-simplest-query-frontend");
        ingress.Spec.DefaultBackend.Service.Port.Name.ShouldBe("jaeger-ui");

        async Task ServiceAsync(string name, string component, params string[] ports)
        {
            var service = await client.CoreV1.ReadNamespacedServiceAsync($"tempo-simplest-{name}", "default", cancellationToken: Cancellation);
            Labels(service, component);
            service.Spec.Ports.Select(port => $"{port.Name} {port.Port}{(port.Protocol == "TCP" ? "" : "/" + port.Protocol)}").ShouldBe(ports);
            service.Spec.Ports.ShouldAllBe(port => port.TargetPort.Value == port.Name);
        }
    }

    [Fact]
    public async Task A_missing_secret_is_a_configuration_error_until_it_is_there()
    {
        await using var cluster = await TestCluster.StartAsync();
        await Stacks.ApplyAsync(cluster, "default");
        var error = Stacks.Condition(await Stacks.ConditionAsync(cluster, "default", "ConfigurationError"), "ConfigurationError");
        error.GetProperty("reason").GetString().ShouldBe("InvalidStorageConfig");
        error.GetProperty("message").GetString().ShouldBe(
            "could not fetch storage configuration secret: Secret \"ibm-cos-secret\" not found. Tempo will start once the storage secret is available");
        (await cluster.Client.CoreV1.ListNamespacedPodAsync("default", cancellationToken: Cancellation)).Items.ShouldBeEmpty();

        await cluster.Client.CoreV1.CreateNamespacedSecretAsync(Stacks.SecretObject("http://127.0.0.1:1"), "default", cancellationToken: Cancellation);
        var stack = await Stacks.ConditionAsync(cluster, "default", "Ready");
        Stacks.Condition(stack, "ConfigurationError").GetProperty("status").GetString().ShouldBe("False");
    }

    [Theory]
    [InlineData("bucket", null, "storage secret must contain \"bucket\" field")]
    [InlineData("endpoint", null, "storage secret must contain \"endpoint\" field")]
    [InlineData("endpoint", "s3.us-east.cloud-object-storage.appdomain.cloud", "\"endpoint\" field of storage secret must be a valid URL")]
    [InlineData("access_key_secret", "", "storage secret must contain \"access_key_secret\" field")]
    [InlineData("region", "us-east", "storage secret contains fields for long lived and short lived configuration")]
    public async Task A_wrong_secret_is_told_in_the_operators_words(string key, string? value, string message)
    {
        await using var cluster = await TestCluster.StartAsync();
        var secret = Stacks.SecretObject("https://s3.us-east.cloud-object-storage.appdomain.cloud");
        if (value is null)
        {
            secret.StringData.Remove(key);
        }
        else
        {
            secret.StringData[key] = value;
        }

        // A Secret that is there already and wrong has the webhook refuse the stack; one that comes later is seen by the operator alone.
        await Stacks.ApplyAsync(cluster, "default");
        await cluster.Client.CoreV1.CreateNamespacedSecretAsync(secret, "default", cancellationToken: Cancellation);
        await Eventually.TrueAsync("the Secret to be read", async () => Stacks.Condition(await Stacks.ConditionAsync(cluster, "default", "ConfigurationError"), "ConfigurationError")
            .GetProperty("message").GetString() == message);
        var refusal = await TestCluster.RefusedAsync(() => Stacks.ApplyAsync(cluster, "default", ""","timeout":"31s" """));
        refusal.Message.ShouldStartWith("admission webhook \"vtempostack.tempo.grafana.com\" denied the request: TempoStack.tempo.grafana.com \"simplest\" is invalid: ");
        refusal.Message.ShouldContain($"spec.storage.secret.name: Invalid value: \"ibm-cos-secret\": {message}");
        var error = Stacks.Condition(await Stacks.ConditionAsync(cluster, "default", "ConfigurationError"), "ConfigurationError");
        error.GetProperty("message").GetString().ShouldBe(message);
    }

    [Fact]
    public async Task The_configuration_names_the_store_without_its_scheme_and_takes_extra_settings()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Client.CoreV1.CreateNamespacedSecretAsync(Stacks.SecretObject("https://store.example:8443"), "default", cancellationToken: Cancellation);
        await Stacks.ApplyAsync(cluster, "default", ""","extraConfig":{"tempo":{"storage":{"trace":{"blocklist_poll":"2s"}},"ingester":{"trace_idle_period":"1s"}}}""");
        var map = await Eventually.AsAsync("the ConfigMap", async () =>
            (await cluster.Client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Cancellation)).Items.FirstOrDefault(map => map.Name() == "tempo-simplest"));
        var configuration = map.Data["tempo.yaml"];

        configuration.ShouldContain("endpoint: store.example:8443");
        // The trap: only storage.tls makes it speak TLS.
        configuration.ShouldContain("insecure: true");
        configuration.ShouldContain("blocklist_poll: 2s");
        configuration.ShouldNotContain("blocklist_poll: 5m");
        configuration.ShouldContain("trace_idle_period: 1s");
        configuration.ShouldContain("max_block_duration: 10m");
        configuration.ShouldContain("block_retention: 48h0m0s");
        // Nothing of this machine: what a process needs here the kubelet gives it.
        configuration.ShouldContain("http_listen_port: 3200");
        configuration.ShouldContain("- tempo-simplest-gossip-ring");
        configuration.ShouldNotContain("127.0.0.1");
        configuration.ShouldNotContain("SECRET");
        map.Data.Keys.ShouldBe(["tempo.yaml", "tempo-query-frontend.yaml", "overrides.yaml", "tempo-query.yaml"], ignoreOrder: true);

        var ingester = await Eventually.AsAsync("the ingester", async () =>
            (await cluster.Client.AppsV1.ListNamespacedStatefulSetAsync("default", cancellationToken: Cancellation)).Items.FirstOrDefault());
        var container = ingester.Spec.Template.Spec.Containers[0];
        container.Args.ShouldContain("--storage.trace.s3.secret_key=$(S3_SECRET_KEY)");
        container.Resources.Limits["memory"].ToString().ShouldBe("2Gi");
        container.Resources.Limits["cpu"].ToString().ShouldBe("760m");
        ingester.Spec.VolumeClaimTemplates[0].Spec.Resources.Requests["storage"].ToString().ShouldBe("200M");
    }

    [Fact]
    public async Task Deleting_the_stack_takes_everything_but_the_volume()
    {
        await using var cluster = await TestCluster.StartAsync(Stacks.Secret("default"));
        await Stacks.ApplyAsync(cluster, "default");
        await Stacks.ConditionAsync(cluster, "default", "Ready");
        await cluster.Client.CustomObjects.DeleteNamespacedCustomObjectAsync("tempo.grafana.com", "v1alpha1", "default", "tempostacks", "simplest", cancellationToken: Cancellation);

        var core = cluster.Client.CoreV1;
        await Eventually.TrueAsync("pods, services and configuration to go", async () =>
            (await core.ListNamespacedPodAsync("default", cancellationToken: Cancellation)).Items.Count == 0
            && (await core.ListNamespacedServiceAsync("default", cancellationToken: Cancellation)).Items.Count == 0
            && (await core.ListNamespacedEndpointsAsync("default", cancellationToken: Cancellation)).Items.Count == 0
            && (await core.ListNamespacedConfigMapAsync("default", cancellationToken: Cancellation)).Items.All(map => map.Name() == "kube-root-ca.crt"));
        var claims = await core.ListNamespacedPersistentVolumeClaimAsync("default", cancellationToken: Cancellation);
        claims.Items.Select(claim => claim.Name()).ShouldBe(["data-tempo-simplest-ingester-0"]);
        claims.Items[0].Status.Phase.ShouldBe("Bound");
    }

    [Fact]
    public async Task A_cluster_may_have_no_operator()
    {
        await using var with = await TestCluster.StartAsync();
        (await DefinitionsAsync(with)).ShouldBe(["tempomonolithics.tempo.grafana.com", "tempostacks.tempo.grafana.com"], ignoreOrder: true);
        await using var without = await TestCluster.StartAsync(options => options with { Operator = false });
        (await DefinitionsAsync(without)).ShouldBeEmpty();
        (await TestCluster.RefusedAsync(() => Stacks.ApplyAsync(without, "default"))).Code.ShouldBe(404);

        static async Task<string[]> DefinitionsAsync(TestCluster cluster) =>
            [.. (await cluster.Client.ApiextensionsV1.ListCustomResourceDefinitionAsync(cancellationToken: Cancellation)).Items.Select(definition => definition.Name())];
    }

    private static void Labels(IMetadata<V1ObjectMeta> found, string component)
    {
        found.Metadata.Labels["app.kubernetes.io/component"].ShouldBe(component);
        found.Metadata.Labels["app.kubernetes.io/instance"].ShouldBe("simplest");
        found.Metadata.Labels["app.kubernetes.io/managed-by"].ShouldBe("tempo-operator");
        found.Metadata.Labels["app.kubernetes.io/name"].ShouldBe("tempo");
    }
}
