using System.Text.Json.Nodes;
using k8s.Models;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Manifests;
using TempoCos.TempoStackDeployer.Readiness;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>Each check says yes to a whole stack, and no to one with a single thing missing.</summary>
public sealed class ReadinessCheckTests
{
    private static readonly ExpectedObjects Expected = ExpectedObjects.From(Samples.Read());

    [Fact]
    public void A_whole_stack_is_ready()
    {
        var whole = Whole();

        ReadinessCheck.Workloads(Expected, whole).ShouldAllBe(state => state.Ready);
        ReadinessCheck.Workloads(Expected, whole).Select(state => state.Workload.Component).ShouldBe(
            ["distributor", "ingester", "querier", "query-frontend", "compactor"]);
        ReadinessCheck.Missing(Expected, whole).ShouldBeEmpty();
        ReadinessCheck.IsReady(whole).ShouldBeTrue();
    }

    [Theory]
    [InlineData("distributor")]
    [InlineData("ingester")]
    [InlineData("querier")]
    [InlineData("query-frontend")]
    [InlineData("compactor")]
    public void A_workload_that_is_missing_is_not_ready(string component)
    {
        var whole = Whole();
        var without = whole with
        {
            Deployments = [.. whole.Deployments.Where(item => item.Metadata.Name != $"tempo-simplest-{component}")],
            StatefulSets = [.. whole.StatefulSets.Where(item => item.Metadata.Name != $"tempo-simplest-{component}")],
        };

        var state = ReadinessCheck.Workloads(Expected, without).Where(state => !state.Ready).ShouldHaveSingleItem();
        state.Workload.Component.ShouldBe(component);
        state.Detail.ShouldStartWith("no ");
    }

    [Fact]
    public void A_workload_of_an_old_generation_or_with_too_few_replicas_is_not_ready()
    {
        NotReady(item => item.Status.ReadyReplicas = 0).ShouldBe("0 of 1 ready");
        NotReady(item => item.Status.UpdatedReplicas = 0).ShouldBe("1 of 1 ready");
        NotReady(item => item.Metadata.Generation = 2).ShouldBe("1 of 1 ready");
        NotReady(item => item.Spec.Replicas = 2).ShouldBe("1 of 2 ready");

        string NotReady(Action<V1Deployment> change)
        {
            var whole = Whole();
            change(whole.Deployments[0]);
            return ReadinessCheck.Workloads(Expected, whole).Where(state => !state.Ready).ShouldHaveSingleItem().Detail;
        }
    }

    [Fact]
    public void Replicas_other_than_the_manifest_asks_for_are_not_ready()
    {
        var expected = ExpectedObjects.From(Samples.Read(Samples.Manifest.Replace("queryFrontend:", "querier:\n      replicas: 2\n    queryFrontend:", StringComparison.Ordinal)));

        ReadinessCheck.Workloads(expected, Whole()).Where(state => !state.Ready).ShouldHaveSingleItem().Detail.ShouldContain("asks for 2");
    }

    [Fact]
    public void Every_object_and_every_port_of_the_original_test_is_missed()
    {
        var whole = Whole();
        ReadinessCheck.Missing(Expected, whole with { ServiceAccounts = [] }).ShouldBe(["service account tempo-simplest"]);
        ReadinessCheck.Missing(Expected, whole with { Ingresses = [] }).ShouldHaveSingleItem().ShouldContain("ingress tempo-simplest-query-frontend");
        Expected.Services.SelectMany(service => service.Ports).Count().ShouldBe(2 + 8 + 1 + 2 + 3 + 5 + 6);
        foreach (var service in Expected.Services)
        {
            ReadinessCheck.Missing(Expected, whole with { Services = [.. whole.Services.Where(item => item.Metadata.Name != service.Name)] })
                .ShouldBe([$"service {service.Name}"]);
            foreach (var port in service.Ports)
            {
                var without = Whole();
                var ports = without.Services.Single(item => item.Metadata.Name == service.Name).Spec.Ports;
                ports.Remove(ports.Single(item => item.Name == port.Name));
                ReadinessCheck.Missing(Expected, without).ShouldHaveSingleItem().ShouldContain($"port {port.Name}");
            }
        }
    }

    [Fact]
    public void Without_Jaeger_neither_its_ports_nor_an_ingress_are_expected()
    {
        var expected = ExpectedObjects.From(Samples.Read(Samples.Manifest.Replace("enabled: true", "enabled: false", StringComparison.Ordinal).Replace("type: ingress", "type: none", StringComparison.Ordinal)));

        expected.Ingress.ShouldBeNull();
        expected.Services.SelectMany(service => service.Ports).ShouldNotContain(port => port.Name == "jaeger-ui");
    }

    [Fact]
    public void Gateway_and_metrics_generator_have_workloads_and_services_of_their_own()
    {
        var document = JsonNode.Parse("""{"spec":{"template":{"metricsGenerator":{"enabled":true},"gateway":{"enabled":true,"ingress":{"type":"ingress"}}}}}""")!.AsObject();
        var expected = ExpectedObjects.From(new StackManifest(StackKind.TempoStack, "simplest", "somewhere", document));

        expected.Workloads.Select(workload => workload.Component).ShouldContain("gateway");
        expected.Workloads.Select(workload => workload.Component).ShouldContain("metrics-generator");
        expected.Services.Single(service => service.Name == "tempo-simplest-gateway").Ports.Select(port => port.Port).ShouldBe([8090, 8081, 8080]);
        expected.Services.Single(service => service.Name == "tempo-simplest-distributor").Ports.ShouldNotContain(port => port.Name == "http-zipkin");
        expected.Ingress.ShouldBe(new ExpectedIngress("tempo-simplest-gateway", "tempo-simplest-gateway", "public"));
    }

    [Fact]
    public void A_route_takes_the_place_of_the_ingress()
    {
        var expected = ExpectedObjects.From(Samples.Read(Samples.Manifest.Replace("type: ingress", "type: route", StringComparison.Ordinal)));

        expected.Ingress.ShouldBeNull();
        expected.Route.ShouldBe("tempo-simplest-query-frontend");
    }

    [Fact]
    public void A_TempoMonolithic_is_one_StatefulSet_with_the_receivers_that_are_on()
    {
        JsonObject document = new()
        {
            ["spec"] = new JsonObject
            {
                ["ingestion"] = new JsonObject { ["otlp"] = new JsonObject { ["http"] = new JsonObject { ["enabled"] = false } } },
                ["jaegerui"] = new JsonObject { ["enabled"] = true, ["ingress"] = new JsonObject { ["enabled"] = true } },
            },
        };

        var expected = ExpectedObjects.From(new StackManifest(StackKind.TempoMonolithic, "sample", "somewhere", document));

        expected.Workloads.ShouldBe([new ExpectedWorkload("tempo", WorkloadKind.StatefulSet, "tempo-sample", null)]);
        expected.Services[0].Ports.Select(port => port.Name).ShouldBe(["http", "otlp-grpc"]);
        expected.Services[1].Name.ShouldBe("tempo-sample-jaegerui");
        expected.Ingress.ShouldBe(new ExpectedIngress("tempo-sample-jaegerui", "tempo-sample-jaegerui", "jaeger-ui"));
    }

    [Fact]
    public void A_condition_of_an_old_generation_says_nothing()
    {
        var whole = Whole();
        whole.Stack!.Metadata.Generation = 2;

        ReadinessCheck.IsReady(whole).ShouldBeFalse();
        ReadinessCheck.GaveUp(whole).ShouldBeNull();
    }

    [Theory]
    [InlineData("Failed", true)]
    [InlineData("ConfigurationError", true)]
    [InlineData("Pending", false)]
    public void The_operator_gives_up_by_Failed_and_ConfigurationError_only(string type, bool givenUp)
    {
        var whole = Whole();
        var snapshot = whole with { Stack = Stack(new StatusCondition { Type = type, Status = "True" }) };

        (ReadinessCheck.GaveUp(snapshot) is not null).ShouldBe(givenUp);
        ReadinessCheck.GaveUp(whole with { Stack = Stack(new StatusCondition { Type = type, Status = "False" }) }).ShouldBeNull();
    }

    private static TempoStack Stack(StatusCondition condition) => new()
    {
        Metadata = new V1ObjectMeta { Name = "simplest", Generation = 1 },
        Status = new TempoStackStatus { Conditions = [condition] },
    };

    private static StackSnapshot Whole() => new()
    {
        Stack = Stack(new StatusCondition { Type = "Ready", Status = "True", Reason = "Ready", ObservedGeneration = 1 }),
        Deployments = [.. Expected.Workloads.Where(workload => workload.Kind == WorkloadKind.Deployment).Select(workload => new V1Deployment
        {
            Metadata = new V1ObjectMeta { Name = workload.Name, Generation = 1 },
            Spec = new V1DeploymentSpec { Replicas = 1, Selector = new V1LabelSelector(), Template = new V1PodTemplateSpec() },
            Status = new V1DeploymentStatus { ObservedGeneration = 1, UpdatedReplicas = 1, ReadyReplicas = 1 },
        })],
        StatefulSets = [.. Expected.Workloads.Where(workload => workload.Kind == WorkloadKind.StatefulSet).Select(workload => new V1StatefulSet
        {
            Metadata = new V1ObjectMeta { Name = workload.Name, Generation = 1 },
            Spec = new V1StatefulSetSpec { Replicas = 1, Selector = new V1LabelSelector(), Template = new V1PodTemplateSpec() },
            Status = new V1StatefulSetStatus { ObservedGeneration = 1, Replicas = 1, UpdatedReplicas = 1, ReadyReplicas = 1 },
        })],
        Services = [.. Expected.Services.Select(service => new V1Service
        {
            Metadata = new V1ObjectMeta { Name = service.Name },
            Spec = new V1ServiceSpec
            {
                ClusterIP = service.Headless ? "None" : "10.0.0.1",
                Ports = [.. service.Ports.Select(port => new V1ServicePort { Name = port.Name, Port = port.Port, Protocol = port.Protocol })],
            },
        })],
        ServiceAccounts = [new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = Expected.ServiceAccount } }],
        Ingresses = [new V1Ingress
        {
            Metadata = new V1ObjectMeta { Name = Expected.Ingress!.Name },
            Spec = new V1IngressSpec
            {
                DefaultBackend = new V1IngressBackend
                {
                    Service = new V1IngressServiceBackend { Name = Expected.Ingress!.Service, Port = new V1ServiceBackendPort { Name = Expected.Ingress.Port } },
                },
            },
        }],
    };
}
