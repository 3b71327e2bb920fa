using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests.Controllers.Disruption;

public sealed class DisruptionTests
{
    private static string Web(string budget) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web} }
          template:
            metadata: {labels: {app: web} }
            spec:
              terminationGracePeriodSeconds: 1
              containers: [{name: main, image: some/image:1, command: [sleep, '1000']}]
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web}
        spec: { {{budget}}, selector: {matchLabels: {app: web} } }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_budget_counts_its_pods_and_an_eviction_that_breaks_it_is_refused()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Web("minAvailable: 2"));
        await kubectl.ShowsAsync("2 2 0 2", "{.status.currentHealthy} {.status.desiredHealthy} {.status.disruptionsAllowed} {.status.expectedPods}", "pdb", "web");
        (await kubectl.GetAsync("{.status.conditions[0].reason}", "pdb", "web")).ShouldBe("InsufficientPods");
        var pod = await kubectl.GetAsync("{.items[0].metadata.name}", "pods");
        var refused = await TestCluster.RefusedAsync(() => EvictAsync(cluster, pod));
        refused.Code.ShouldBe(429);
        refused.Message.ShouldBe("Cannot evict pod as it would violate the pod's disruption budget.");
        refused.Details.Causes[0].Message.ShouldBe("The disruption budget web needs 2 healthy pods and has 2 currently");
        (await kubectl.GetAsync("{.metadata.deletionTimestamp}", "pod", pod)).ShouldBe("");

        await kubectl.RunAsync("patch", "pdb", "web", "--type=merge", "-p", """{"spec":{"minAvailable":null,"maxUnavailable":"50%"}}""");
        await kubectl.ShowsAsync("1", "{.status.disruptionsAllowed}", "pdb", "web");
        await EvictAsync(cluster, pod);
        await Eventually.TrueAsync("another pod in its place", async () =>
            (await kubectl.GetAsync("{.items[*].metadata.name}", "pods")).Split(' ') is { Length: 2 } names && !names.Contains(pod));
        (await TestCluster.RefusedAsync(() => EvictAsync(cluster, "nobody"))).Code.ShouldBe(404);
    }

    [Fact]
    public async Task A_node_is_drained_by_evictions()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Web("maxUnavailable: 2"));
        await kubectl.ShowsAsync("2", "{.status.disruptionsAllowed}", "pdb", "web");
        (await kubectl.RunAsync("drain", "tempocos", "--timeout=60s")).ShouldContain("node/tempocos drained");
        await kubectl.ShowsAsync("Pending Pending", "{.items[*].status.phase}", "pods");
        await kubectl.RunAsync("uncordon", "tempocos");
        await kubectl.ShowsAsync("Running Running", "{.items[*].status.phase}", "pods");
    }

    private static Task<V1Eviction> EvictAsync(TestCluster cluster, string pod) => cluster.Client.CoreV1.CreateNamespacedPodEvictionAsync(
        new V1Eviction { Metadata = new V1ObjectMeta { Name = pod, NamespaceProperty = "default" } }, pod, "default", cancellationToken: Cancellation);
}
