using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Operator;

public sealed class MonolithicTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_assertions_of_the_original_test_hold()
    {
        await using var cluster = await TestCluster.StartAsync(Stacks.Secret("default"));
        await Instances.ApplyAsync(cluster, "TempoMonolithic", """{"storage":{"traces":{"backend":"s3","s3":{"secret":"ibm-cos-secret"}}}}""");
        var tempo = await Instances.ConditionAsync(cluster, "TempoMonolithic", "Ready");
        Instances.Condition(tempo, "Pending").Text("status").ShouldBe("False");
        tempo.Text("status", "operatorVersion").ShouldBe("0.22.0");
        tempo.At("status", "components", "tempo", "Ready").ShouldNotBeNull().ToJsonString().ShouldBe("""["tempo-simplest-0"]""");

        var workload = await cluster.Client.AppsV1.ReadNamespacedStatefulSetAsync("tempo-simplest", "default", cancellationToken: Cancellation);
        workload.Status.ReadyReplicas.ShouldBe(1);
        workload.Spec.Selector.MatchLabels["app.kubernetes.io/name"].ShouldBe("tempo-monolithic");
        workload.Metadata.Labels["app.kubernetes.io/managed-by"].ShouldBe("tempo-operator");
        var service = await cluster.Client.CoreV1.ReadNamespacedServiceAsync("tempo-simplest", "default", cancellationToken: Cancellation);
        service.Spec.Ports.Select(port => $"{port.Name} {port.Port} {port.TargetPort.Value}").ShouldBe(["http 3200 http", "otlp-grpc 4317 otlp-grpc", "otlp-http 4318 otlp-http"]);
        service.Spec.Selector["app.kubernetes.io/name"].ShouldBe("tempo-monolithic");
        (await cluster.Client.CoreV1.ListNamespacedServiceAsync("default", labelSelector: "app.kubernetes.io/name=tempo-monolithic", cancellationToken: Cancellation)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Memory_is_the_default_and_the_Jaeger_UI_comes_on_request()
    {
        await using var cluster = await TestCluster.StartAsync();
        await Instances.ApplyAsync(cluster, "TempoMonolithic", """{"jaegerui":{"enabled":true,"ingress":{"enabled":true}}}""");
        await Instances.ConditionAsync(cluster, "TempoMonolithic", "Ready");
        var configuration = YamlJson.Parse((await cluster.Client.CoreV1.ReadNamespacedConfigMapAsync("tempo-simplest-config", "default", cancellationToken: Cancellation)).Data["tempo.yaml"]);
        configuration.Text("storage", "trace", "backend").ShouldBe("local");
        configuration.Text("storage", "trace", "local", "path").ShouldBe("/var/tempo/blocks");
        configuration.Flag("internal_server", "enable").ShouldBeTrue();
        var workload = await cluster.Client.AppsV1.ReadNamespacedStatefulSetAsync("tempo-simplest", "default", cancellationToken: Cancellation);
        workload.Spec.Template.Spec.Containers.Select(container => container.Name).ShouldBe(["tempo", "jaeger-query", "tempo-query"]);
        workload.Spec.Template.Spec.Volumes.Single(volume => volume.Name == "tempo-storage").EmptyDir.SizeLimit.ToString().ShouldBe("2Gi");
        var ingress = await cluster.Client.NetworkingV1.ReadNamespacedIngressAsync("tempo-simplest-jaegerui", "default", cancellationToken: Cancellation);
        ingress.Spec.DefaultBackend.Service.Name.ShouldBe("tempo-simplest-jaegerui");
    }

    [Fact]
    public async Task A_missing_secret_is_a_configuration_error_beside_three_conditions()
    {
        await using var cluster = await TestCluster.StartAsync();
        await Instances.ApplyAsync(cluster, "TempoMonolithic", """{"storage":{"traces":{"backend":"s3","s3":{"secret":"none"}}}}""");
        var tempo = await Instances.ConditionAsync(cluster, "TempoMonolithic", "ConfigurationError");
        Instances.Condition(tempo, "ConfigurationError").Text("message").ShouldBe(
            "could not fetch storage configuration secret: Secret \"none\" not found. Tempo will start once the storage secret is available");
        Instances.Condition(tempo, "Ready").Text("status").ShouldBe("False");
        tempo.Objects("status", "conditions").Count().ShouldBe(4);
    }

    [Fact]
    public async Task An_existing_stack_of_its_name_keeps_it_out()
    {
        await using var cluster = await TestCluster.StartAsync(Stacks.Secret("default"));
        await Stacks.ApplyAsync(cluster, "default");
        (await TestCluster.RefusedAsync(() => Instances.ApplyAsync(cluster, "TempoMonolithic", "{}"))).Message.ShouldBe(
            "admission webhook \"vtempomonolithic.kb.io\" denied the request: TempoMonolithic.tempo.grafana.com \"simplest\" is invalid: metadata.name: Invalid value: \"simplest\": "
            + "Cannot create a TempoMonolithic with the same name as a TempoStack instance in the same namespace");
    }
}
