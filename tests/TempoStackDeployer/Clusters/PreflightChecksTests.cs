using Grpc.Core;
using k8s;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Clusters.Checks;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

/// <summary>What a cluster lacks is named before anything is made; and is no hindrance when it is there.</summary>
[Collection(SandboxCluster.Others)]
public sealed class PreflightChecksTests : IAsyncLifetime
{
    private SandboxCluster _cluster = null!;
    private RunningDeployer _deployer = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await _cluster.ProvisionAsync();
        _deployer = await _cluster.DeployerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _deployer.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_cluster_that_has_everything_passes_with_evidence()
    {
        var events = await CheckAsync();

        var ended = events.Where(@event => @event.State is StepState.Succeeded or StepState.Skipped).ToDictionary(@event => @event.Step);
        ended.Keys.ShouldBe(["manifest", "cluster", "rights", "storage-class", "ingress-class", "quota", "nodes", "schema"]);
        ended["cluster"].Evidence["kubernetes"].ShouldStartWith("v1.");
        ended["storage-class"].Evidence["storage-class"].ShouldBe("standard");
        ended["ingress-class"].Evidence["ingress-class"].ShouldBe("loopback");
        ended["quota"].State.ShouldBe(StepState.Skipped);
        ended["schema"].State.ShouldBe(StepState.Succeeded);
        _deployer.Outstanding().ShouldBeEmpty();
    }

    [Fact]
    public async Task Fields_that_the_cluster_does_not_know_are_named_and_where_it_shows_no_schema_that_is_said()
    {
        var wrong = Samples.Manifest.Replace("storageSize: 200M", "storageSize: 200M\n  replicationFactor: many\n  replicas: 3", StringComparison.Ordinal);

        var refusal = await RefusalAsync(wrong);
        refusal.Code.ShouldBe("TC325");
        refusal.Value.ShouldBe($"{Samples.Namespace()}/simplest");
        refusal.Reason.ShouldContain("spec.replicationFactor: expected an integer, got \"many\"; spec.replicas: no such field; there are ");

        await using var blind = await _cluster.DeployerAsync(() => new NoSchemas());
        using var call = blind.Client.Check(Samples.Request(wrong), cancellationToken: Stop);
        (await call.ResponseStream.ReadAllAsync(Stop).ToListAsync(Stop)).Last(reply => reply.Event is not null).Event.State.ShouldBe(StepState.Skipped);
    }

    [Fact]
    public async Task A_storage_class_that_is_not_there_is_named_and_a_missing_default_too()
    {
        var named = Samples.Manifest.Replace("storageSize: 200M", "storageSize: 200M\n  storageClassName: fast", StringComparison.Ordinal);

        var absent = await RefusalAsync(named);
        absent.Code.ShouldBe("TC316");
        absent.Value.ShouldBe("fast");
        absent.Reason.ShouldContain("it has standard");

        await CheckAsync(named.Replace("fast", "standard", StringComparison.Ordinal));
        await _cluster.Client.StorageV1.PatchStorageClassAsync(
            new V1Patch("""{"metadata":{"annotations":null}}""", V1Patch.PatchType.MergePatch), "standard", cancellationToken: Stop);
        await CheckAsync(named.Replace("fast", "standard", StringComparison.Ordinal));
        var none = await RefusalAsync();
        none.Code.ShouldBe("TC316");
        none.Value.ShouldBe("(default)");
        none.Fix.ShouldContain("is-default-class=true");
    }

    [Fact]
    public async Task Who_serves_the_ingress_is_looked_for()
    {
        var named = Samples.Manifest.Replace("type: ingress", "type: ingress\n          ingressClassName: nginx", StringComparison.Ordinal);
        var absent = await RefusalAsync(named);
        absent.Code.ShouldBe("TC317");
        absent.Value.ShouldBe("nginx");
        absent.Reason.ShouldContain("it has loopback");

        await CheckAsync(named.Replace("nginx", "loopback", StringComparison.Ordinal));
        await _cluster.Client.NetworkingV1.DeleteIngressClassAsync("loopback", cancellationToken: Stop);
        (await CheckAsync()).ShouldContain(@event => @event.Step == "ingress-class" && @event.Message.Contains("Beware", StringComparison.Ordinal));
        var request = Samples.Request();
        request.Reach = new ReachOptions { By = ReachBy.Ingress };
        var needed = await RunningDeployer.RefusalAsync(() => CheckAsync(request));
        needed.Code.ShouldBe("TC317");
        needed.Value.ShouldBe("(default)");

        var route = await RefusalAsync(Samples.Manifest.Replace("type: ingress", "type: route", StringComparison.Ordinal));
        route.Code.ShouldBe("TC317");
        route.Value.ShouldBe("route.openshift.io/v1");
        (await CheckAsync(Samples.Manifest.Replace("type: ingress", "type: none", StringComparison.Ordinal))).ShouldNotContain(@event => @event.Step == "ingress-class");
    }

    [Theory]
    [InlineData("pods", "4", "5")]
    [InlineData("persistentvolumeclaims", "0", "1")]
    [InlineData("requests.storage", "100M", "200M")]
    [InlineData("limits.memory", "4Gi", "5Gi")]
    [InlineData("limits.cpu", "1", "3")]
    [InlineData("requests.memory", "1Gi", "2Gi")]
    public async Task A_quota_that_leaves_no_room_is_told_by_resource(string resource, string tooLittle, string enough)
    {
        await SetAsync(tooLittle);
        var refusal = await RefusalAsync();
        refusal.Code.ShouldBe("TC318");
        refusal.Value.ShouldBe(Samples.Namespace());
        refusal.Reason.ShouldContain($"the quota small allows {tooLittle} {resource}");
        refusal.Fix.ShouldContain("spec.resources.total.limits");

        await SetAsync(enough);
        (await CheckAsync()).ShouldContain(@event => @event.Step == "quota" && @event.State == StepState.Succeeded && @event.Message.Contains("fits the quota small", StringComparison.Ordinal));

        async Task SetAsync(string quantity)
        {
            var quota = new V1ResourceQuota
            {
                Metadata = new V1ObjectMeta { Name = "small" },
                Spec = new V1ResourceQuotaSpec { Hard = new Dictionary<string, ResourceQuantity> { [resource] = new(quantity) } },
            };
            await _cluster.Client.CoreV1.DeleteCollectionNamespacedResourceQuotaAsync(Samples.Namespace(), cancellationToken: Stop);
            await _cluster.Client.CoreV1.CreateNamespacedResourceQuotaAsync(quota, Samples.Namespace(), cancellationToken: Stop);
        }
    }

    [Fact]
    public async Task A_limit_that_no_container_may_pass_is_told_with_the_component()
    {
        var range = new V1LimitRange
        {
            Metadata = new V1ObjectMeta { Name = "narrow" },
            Spec = new V1LimitRangeSpec { Limits = [new V1LimitRangeItem { Type = "Container", Max = new Dictionary<string, ResourceQuantity> { ["memory"] = new("1Gi") } }] },
        };
        await _cluster.Client.CoreV1.CreateNamespacedLimitRangeAsync(range, Samples.Namespace(), cancellationToken: Stop);

        var refusal = await RefusalAsync();

        refusal.Code.ShouldBe("TC318");
        refusal.Reason.ShouldContain("the limits narrow allow a container 1Gi memory, and the ingester gets 2048Mi");
        await CheckAsync(Samples.Manifest.Replace("4Gi", "2Gi", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_operator_that_is_scaled_to_zero_is_told()
    {
        var found = await _cluster.Client.AppsV1.ListDeploymentForAllNamespacesAsync(labelSelector: "app.kubernetes.io/name=tempo-operator", cancellationToken: Stop);
        var existing = found.Items.FirstOrDefault() ?? await _cluster.Client.AppsV1.CreateNamespacedDeploymentAsync(
            new V1Deployment
            {
                Metadata = new V1ObjectMeta { Name = "operator", Labels = new Dictionary<string, string> { ["app.kubernetes.io/name"] = "tempo-operator" } },
                Spec = new V1DeploymentSpec
                {
                    Replicas = 0,
                    Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["a"] = "b" } },
                    Template = new V1PodTemplateSpec
                    {
                        Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["a"] = "b" } },
                        Spec = new V1PodSpec { Containers = [new V1Container { Name = "manager", Image = "operator" }] },
                    },
                },
            },
            "default", cancellationToken: Stop);
        await _cluster.Client.AppsV1.PatchNamespacedDeploymentAsync(
            new V1Patch("""{"spec":{"replicas":0}}""", V1Patch.PatchType.MergePatch), existing.Metadata.Name, existing.Metadata.NamespaceProperty, cancellationToken: Stop);

        var refusal = await RefusalAsync();

        refusal.Code.ShouldBe("TC315");
        refusal.Value.ShouldBe($"{existing.Metadata.NamespaceProperty}/{existing.Metadata.Name}");
        refusal.Reason.ShouldContain("scaled to zero");
        refusal.Fix.ShouldContain("--replicas=1");
    }

    [Fact]
    public async Task Another_version_of_the_resource_is_named()
    {
        var crd = await _cluster.Client.ApiextensionsV1.ReadCustomResourceDefinitionAsync("tempostacks.tempo.grafana.com", cancellationToken: Stop);
        foreach (var other in (await _cluster.Client.ApiextensionsV1.ListCustomResourceDefinitionAsync(cancellationToken: Stop)).Items.Where(item => item.Spec.Group == "tempo.grafana.com"))
        {
            await _cluster.Client.ApiextensionsV1.DeleteCustomResourceDefinitionAsync(other.Metadata.Name, cancellationToken: Stop);
        }

        crd.Metadata = new V1ObjectMeta { Name = crd.Metadata.Name };
        crd.Status = null;
        crd.Spec.Versions[0].Name = "v1beta9";
        await _cluster.Client.ApiextensionsV1.CreateCustomResourceDefinitionAsync(crd, cancellationToken: Stop);

        var refusal = await RefusalAsync();

        refusal.Code.ShouldBe("TC314");
        refusal.Value.ShouldBe("tempo.grafana.com/v1beta9");
        refusal.Fix.ShouldContain("0.22");
    }

    [Theory]
    [InlineData("v1.24.17", true)]
    [InlineData("v1.25.0", false)]
    [InlineData("v1.32.4+k3s1", false)]
    [InlineData("1.9.3", true)]
    [InlineData("nonsense", false)]
    public void A_version_that_the_operator_does_not_take_is_known(string version, bool old) => Preflight.IsTooOld(version).ShouldBe(old);

    [Theory]
    [InlineData("app.kubernetes.io/version", "0.22.0", "", "0.22.0")]
    [InlineData("olm.owner", "tempo-operator.v0.21.1", "", "0.21.1")]
    [InlineData("none", "", "there:5000/tempo-operator:v0.22.0-2@sha256:abc", "0.22.0-2")]
    [InlineData("none", "", "tempo-operator:latest", "")]
    public void The_operators_version_is_read_where_it_stands(string label, string value, string image, string version) => OperatorCheck.Version(new V1Deployment
    {
        Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { [label] = value } },
        Spec = new V1DeploymentSpec { Template = new V1PodTemplateSpec { Spec = new V1PodSpec { Containers = [new V1Container { Name = "manager", Image = image }] } } },
    }).ShouldBe(version);

    private Task<List<StageEvent>> CheckAsync(string manifest = Samples.Manifest) => CheckAsync(Samples.Request(manifest));

    private async Task<List<StageEvent>> CheckAsync(DeployRequest request)
    {
        using var call = _deployer.Client.Check(request, cancellationToken: Stop);
        return [.. (await call.ResponseStream.ReadAllAsync(Stop).ToListAsync(Stop)).Select(reply => reply.Event).OfType<StageEvent>()];
    }

    private async Task<DiagnosticException> RefusalAsync(string manifest = Samples.Manifest)
    {
        var refusal = await RunningDeployer.RefusalAsync(() => CheckAsync(manifest));
        _deployer.Outstanding().ShouldBeEmpty();
        return refusal;
    }

    private sealed class NoSchemas : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.AbsolutePath.StartsWith("/openapi/", StringComparison.Ordinal)
                ? Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.Forbidden) { RequestMessage = request, Content = new StringContent("{}") })
                : base.SendAsync(request, cancellationToken);
    }
}
