using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Controllers.Scheduling;

namespace TempoCos.Cluster.Tests.Controllers.Scheduling;

public sealed class SchedulerTests
{
    private const string Scheduled = "{.status.conditions[?(@.type==\"PodScheduled\")].status}";
    private const string Why = "{.status.conditions[?(@.type==\"PodScheduled\")].reason}: {.status.conditions[?(@.type==\"PodScheduled\")].message}";

    private static string Pod(string name, string spec = "", string resources = "") => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}}}
        spec:
          terminationGracePeriodSeconds: 1
          {{spec}}
          containers: [{name: main, image: some/image:1, command: [sleep, '1000'], resources: { {{resources}} } }]
        """;

    [Fact]
    public async Task A_pod_that_fits_is_assigned_and_runs()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Pod("one", "nodeSelector: {kubernetes.io/hostname: tempocos}", "requests: {cpu: 10m, memory: 1Mi}"));
        (await kubectl.RunAsync("wait", "pod/one", "--for=condition=Ready", "--timeout=60s")).ShouldContain("condition met");
        (await kubectl.GetAsync("{.spec.nodeName} " + Scheduled, "pod", "one")).ShouldBe("tempocos True");
        (await kubectl.GetAsync("{.items[?(@.reason==\"Scheduled\")].message}", "events")).ShouldBe("Successfully assigned default/one to tempocos");
    }

    [Fact]
    public async Task A_pod_that_fits_nowhere_waits_with_the_schedulers_words_until_it_does()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Pod("large", resources: "requests: {cpu: 10k, memory: 100Ti}"));
        await kubectl.ApplyAsync(Pod("picky", "nodeSelector: {disk: fast}"));
        await kubectl.ApplyAsync(Pod("claimless", "volumes: [{name: data, persistentVolumeClaim: {claimName: one} }]"));
        await kubectl.ShowsAsync("Unschedulable: 0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.", Why, "pod", "large");
        await kubectl.ShowsAsync("Unschedulable: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.", Why, "pod", "picky");
        await kubectl.ShowsAsync("Unschedulable: 0/1 nodes are available: persistentvolumeclaim \"one\" not found. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.", Why, "pod", "claimless");
        (await kubectl.GetAsync("{.items[?(@.reason==\"FailedScheduling\")].type}", "events")).ShouldBe("Warning Warning Warning");
        (await kubectl.GetAsync("{.items[*].status.phase}", "pods")).ShouldBe("Pending Pending Pending");

        await kubectl.RunAsync("label", "node", "tempocos", "disk=fast");
        (await kubectl.RunAsync("wait", "pod/picky", "--for=condition=Ready", "--timeout=60s")).ShouldContain("condition met");
        await kubectl.ApplyAsync("""
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: one}
            spec: {accessModes: [ReadWriteOnce], storageClassName: none, resources: {requests: {storage: 1Gi} } }
            """);
        await kubectl.ShowsAsync("Unschedulable: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.", Why, "pod", "claimless");
    }

    [Fact]
    public async Task What_a_pod_requests_is_free_again_when_it_has_gone()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.RunAsync("patch", "node", "tempocos", "--subresource=status", "--type=merge", "-p", """{"status":{"allocatable":{"cpu":"1"}}}""");
        await kubectl.ApplyAsync(Pod("first", resources: "requests: {cpu: 600m}"));
        await kubectl.ShowsAsync("True", Scheduled, "pod", "first");
        await kubectl.ApplyAsync(Pod("second", resources: "limits: {cpu: 500m}"));
        await kubectl.ShowsAsync("Unschedulable: 0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.", Why, "pod", "second");
        await kubectl.RunAsync("delete", "pod", "first");
        await kubectl.ShowsAsync("True", Scheduled, "pod", "second");

        await kubectl.RunAsync("cordon", "tempocos");
        await kubectl.ApplyAsync(Pod("third"));
        await kubectl.ShowsAsync("Unschedulable: 0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.", Why, "pod", "third");
        await kubectl.RunAsync("uncordon", "tempocos");
        await kubectl.ShowsAsync("True", Scheduled, "pod", "third");
    }

    [Theory]
    [InlineData("500m", 0.5)]
    [InlineData("2", 2)]
    [InlineData("1.5Gi", 1610612736)]
    [InlineData("200M", 200000000)]
    [InlineData("1e3", 1000)]
    [InlineData("10Ki", 10240)]
    public void Amounts_are_read_as_kubernetes_writes_them(string text, double amount) => ((double?)Quantity.Find(text)?.Value).ShouldBe(amount);

    [Theory]
    [InlineData("much")]
    [InlineData("")]
    public void What_is_no_amount_is_none(string text) => Quantity.Find(text).ShouldBeNull();
}
