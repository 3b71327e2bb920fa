using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests.Api.Admission;

public sealed class AdmissionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_quota_counts_refuses_and_lets_go()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;
        await core.CreateNamespacedResourceQuotaAsync(new V1ResourceQuota
        {
            Metadata = new V1ObjectMeta { Name = "tight" },
            Spec = new V1ResourceQuotaSpec { Hard = new Dictionary<string, ResourceQuantity> { ["count/secrets"] = new("1"), ["requests.storage"] = new("3Gi"), ["persistentvolumeclaims"] = new("5") } },
        }, ns, cancellationToken: Cancellation);

        await core.CreateNamespacedSecretAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = "one" } }, ns, cancellationToken: Cancellation);
        var secret = await TestCluster.RefusedAsync(() => core.CreateNamespacedSecretAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = "two" } }, ns, cancellationToken: Cancellation));
        (secret.Code, secret.Reason).ShouldBe((403, "Forbidden"));
        (await TestCluster.RefusedAsync(() => core.CreateNamespacedSecretAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = "two" } }, ns, dryRun: "All", cancellationToken: Cancellation)))
            .Message.ShouldBe(secret.Message);
        secret.Message.ShouldBe("secrets \"two\" is forbidden: exceeded quota: tight, requested: count/secrets=1, used: count/secrets=1, limited: count/secrets=1");

        await core.CreateNamespacedPersistentVolumeClaimAsync(Claim("one", "2Gi"), ns, cancellationToken: Cancellation);
        var storage = await TestCluster.RefusedAsync(() => core.CreateNamespacedPersistentVolumeClaimAsync(Claim("two", "1536Mi"), ns, cancellationToken: Cancellation));
        storage.Message.ShouldBe("persistentvolumeclaims \"two\" is forbidden: exceeded quota: tight, requested: requests.storage=1536Mi, used: requests.storage=2Gi, limited: requests.storage=3Gi");

        await Eventually.TrueAsync("what is used", async () =>
            (await core.ReadNamespacedResourceQuotaAsync("tight", ns, cancellationToken: Cancellation)).Status?.Used is { } used
            && (used["count/secrets"].ToString(), used["requests.storage"].ToString(), used["persistentvolumeclaims"].ToString()) == ("1", "2Gi", "1"));
        await core.DeleteNamespacedSecretAsync("one", ns, cancellationToken: Cancellation);
        await core.CreateNamespacedSecretAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = "two" } }, ns, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task A_quota_of_compute_demands_that_containers_say_what_they_want_and_a_limit_range_says_it_for_them()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;
        await core.CreateNamespacedResourceQuotaAsync(new V1ResourceQuota
        {
            Metadata = new V1ObjectMeta { Name = "compute" },
            Spec = new V1ResourceQuotaSpec { Hard = new Dictionary<string, ResourceQuantity> { ["requests.memory"] = new("150Mi") } },
        }, ns, cancellationToken: Cancellation);
        var silent = await TestCluster.RefusedAsync(() => core.CreateNamespacedPodAsync(Pod("a"), ns, cancellationToken: Cancellation));
        silent.Message.ShouldBe("pods \"a\" is forbidden: failed quota: compute: must specify requests.memory for: main");

        await core.CreateNamespacedLimitRangeAsync(new V1LimitRange
        {
            Metadata = new V1ObjectMeta { Name = "usual" },
            Spec = new V1LimitRangeSpec
            {
                Limits =
                [
                    new V1LimitRangeItem
                    {
                        Type = "Container",
                        DefaultProperty = new Dictionary<string, ResourceQuantity> { ["memory"] = new("100Mi") },
                        Max = new Dictionary<string, ResourceQuantity> { ["memory"] = new("1Gi") },
                    },
                ],
            },
        }, ns, cancellationToken: Cancellation);
        var filled = await core.CreateNamespacedPodAsync(Pod("a"), ns, cancellationToken: Cancellation);
        filled.Spec.Containers[0].Resources.Requests["memory"].ToString().ShouldBe("100Mi");
        var full = await TestCluster.RefusedAsync(() => core.CreateNamespacedPodAsync(Pod("b"), ns, cancellationToken: Cancellation));
        full.Message.ShouldBe("pods \"b\" is forbidden: exceeded quota: compute, requested: requests.memory=100Mi, used: requests.memory=100Mi, limited: requests.memory=150Mi");
        var large = Pod("c");
        large.Spec.Containers[0].Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("2Gi") } };
        (await TestCluster.RefusedAsync(() => core.CreateNamespacedPodAsync(large, ns, cancellationToken: Cancellation))).Message
            .ShouldBe("pods \"c\" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi");
    }

    [Fact]
    public async Task What_cannot_change_does_not()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var ns = await cluster.NamespaceAsync();
        var core = cluster.Client.CoreV1;
        var map = await core.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "one" }, Immutable = true, Data = new Dictionary<string, string> { ["a"] = "b" } }, ns, cancellationToken: Cancellation);
        map.Data["a"] = "c";
        (await TestCluster.RefusedAsync(() => core.ReplaceNamespacedConfigMapAsync(map, "one", ns, cancellationToken: Cancellation))).Message
            .ShouldBe("ConfigMap \"one\" is invalid: data: Forbidden: field is immutable when `immutable` is set");

        var deployment = new V1Deployment
        {
            Metadata = new V1ObjectMeta { Name = "one" },
            Spec = new V1DeploymentSpec
            {
                Replicas = 0,
                Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "x" } },
                Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = "x" } }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "main" }] } },
            },
        };
        (await TestCluster.RefusedAsync(() => cluster.Client.AppsV1.CreateNamespacedDeploymentAsync(deployment, ns, cancellationToken: Cancellation))).Message
            .ShouldBe("Deployment.apps \"one\" is invalid: spec.template.spec.containers[0].image: Required value");
        deployment.Spec.Template.Spec.Containers[0].Image = "x";
        deployment = await cluster.Client.AppsV1.CreateNamespacedDeploymentAsync(deployment, ns, cancellationToken: Cancellation);
        deployment.Metadata.ResourceVersion = null;
        deployment.Spec.Selector.MatchLabels["app"] = deployment.Spec.Template.Metadata.Labels["app"] = "y";
        (await TestCluster.RefusedAsync(() => cluster.Client.AppsV1.ReplaceNamespacedDeploymentAsync(deployment, "one", ns, cancellationToken: Cancellation))).Message
            .ShouldBe("Deployment.apps \"one\" is invalid: spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"y\"}}: field is immutable");
    }

    private static V1PersistentVolumeClaim Claim(string name, string size) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1PersistentVolumeClaimSpec
        {
            AccessModes = ["ReadWriteOnce"],
            Resources = new V1VolumeResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new(size) } },
        },
    };

    private static V1Pod Pod(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1PodSpec { Containers = [new V1Container { Name = "main", Image = "nothing" }], NodeName = "elsewhere" },
    };
}
