namespace TempoCos.Cluster.Tests.Controllers.StatefulSets;

public sealed class StatefulSetTests
{
    private static string Set(string spec = "", string command = "[sleep, '1000']", int replicas = 3) => $$"""
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: set}
        spec:
          replicas: {{replicas}}
          serviceName: set
          selector: {matchLabels: {app: set} }
          {{spec}}
          template:
            metadata: {labels: {app: set} }
            spec:
              terminationGracePeriodSeconds: 1
              containers: [{name: main, image: some/image:1, command: {{command}}, volumeMounts: [{name: data, mountPath: /data}]}]
          volumeClaimTemplates:
          - metadata: {name: data}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi} } }
        """;

    [Fact]
    public async Task Pods_come_in_order_and_are_renewed_from_the_last_down_to_the_partition()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Set());
        (await kubectl.RunAsync("rollout", "status", "statefulset/set", "--timeout=60s")).ShouldContain("complete");
        (await kubectl.GetAsync("{.items[*].metadata.name}", "pods", "--sort-by=.metadata.creationTimestamp")).ShouldBe("set-0 set-1 set-2");
        (await kubectl.GetAsync("{.spec.hostname} {.spec.subdomain} {.metadata.labels.apps\\.kubernetes\\.io/pod-index}", "pod", "set-1")).ShouldBe("set-1 set 1");
        var first = await kubectl.GetAsync("{.status.currentRevision}", "statefulset", "set");
        (await kubectl.GetAsync("{.metadata.labels.controller-revision-hash}", "pod", "set-0")).ShouldBe(first);

        await kubectl.RunAsync("patch", "statefulset", "set", "-p", """{"spec":{"updateStrategy":{"rollingUpdate":{"partition":1}}}}""");
        await kubectl.RunAsync("set", "env", "statefulset/set", "A=b");
        (await kubectl.RunAsync("rollout", "status", "statefulset/set", "--timeout=60s")).ShouldContain("partitioned roll out complete");
        var second = await kubectl.GetAsync("{.status.updateRevision}", "statefulset", "set");
        second.ShouldNotBe(first);
        (await kubectl.GetAsync("{.items[*].metadata.labels.controller-revision-hash}", "pods")).ShouldBe($"{first} {second} {second}");
        (await kubectl.GetAsync("{.status.currentReplicas} {.status.updatedReplicas}", "statefulset", "set")).ShouldBe("1 2");

        await RenewAsync(kubectl, "set-0");
        await kubectl.ShowsAsync(first, "{.metadata.labels.controller-revision-hash}", "pod", "set-0");

        await kubectl.RunAsync("patch", "statefulset", "set", "-p", """{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}""");
        (await kubectl.RunAsync("rollout", "status", "statefulset/set", "--timeout=60s")).ShouldContain("complete");
        await kubectl.ShowsAsync(second, "{.status.currentRevision}", "statefulset", "set");
        (await kubectl.RunAsync("rollout", "history", "statefulset/set")).Split('\n').Count(line => line.Length > 0 && char.IsDigit(line[0])).ShouldBe(2);

        (await kubectl.RunAsync("rollout", "undo", "statefulset/set")).ShouldContain("rolled back");
        await kubectl.ShowsAsync($"{first} {first} {first}", "{.items[*].metadata.labels.controller-revision-hash}", "pods");
        (await kubectl.RunAsync("rollout", "restart", "statefulset/set")).ShouldContain("restarted");
        await kubectl.RunAsync("rollout", "status", "statefulset/set", "--timeout=60s");
        (await kubectl.GetAsync("{.items[*].metadata.name}", "controllerrevisions")).Split(' ').Length.ShouldBe(3);
        (await kubectl.RunAsync("describe", "statefulset", "set")).ShouldContain("delete Pod set-2 in StatefulSet set successful");
    }

    [Fact]
    public async Task A_smaller_set_keeps_the_claims_unless_they_are_to_go()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Set(replicas: 2));
        await kubectl.RunAsync("rollout", "status", "statefulset/set", "--timeout=60s");
        await kubectl.RunAsync("scale", "statefulset/set", "--replicas=1");
        await kubectl.ShowsAsync("set-0", "{.items[*].metadata.name}", "pods");
        (await kubectl.GetAsync("{.items[*].metadata.name}", "pvc")).ShouldBe("data-set-0 data-set-1");

        await kubectl.RunAsync("patch", "statefulset", "set", "-p", """{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenScaled":"Delete","whenDeleted":"Delete"}}}""");
        await kubectl.RunAsync("scale", "statefulset/set", "--replicas=2");
        await kubectl.RunAsync("rollout", "status", "statefulset/set", "--timeout=60s");
        await kubectl.ShowsAsync("StatefulSet", "{.metadata.ownerReferences[*].kind}", "pvc", "data-set-1");
        await kubectl.RunAsync("scale", "statefulset/set", "--replicas=1");
        await kubectl.ShowsAsync("data-set-0", "{.items[*].metadata.name}", "pvc");
        await kubectl.RunAsync("delete", "statefulset", "set");
        await kubectl.ShowsAsync("", "{.items[*].metadata.name}", "pvc");
    }

    [Fact]
    public async Task A_bad_revision_stops_at_the_last_pod_and_the_others_serve_on()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Set("podManagementPolicy: Parallel"));
        await kubectl.RunAsync("rollout", "status", "statefulset/set", "--timeout=60s");
        await kubectl.ApplyAsync(Set("podManagementPolicy: Parallel", "[there-is-no-such-program]"));
        await kubectl.ShowsAsync("2 1", "{.status.readyReplicas} {.status.updatedReplicas}", "statefulset", "set");
        (await kubectl.GetAsync("{.status.conditions[?(@.type==\"Ready\")].status}", "pod", "set-2")).ShouldBe("False");

        await kubectl.ApplyAsync(Set("podManagementPolicy: Parallel"));
        (await kubectl.RunAsync("rollout", "status", "statefulset/set", "--timeout=60s")).ShouldContain("complete");
        await kubectl.ShowsAsync("3", "{.status.readyReplicas}", "statefulset", "set");
    }

    [Fact]
    public async Task One_that_waits_for_deletion_renews_only_what_is_deleted()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Set("updateStrategy: {type: OnDelete}", replicas: 2));
        await kubectl.ShowsAsync("2", "{.status.readyReplicas}", "statefulset", "set");
        var first = await kubectl.GetAsync("{.status.updateRevision}", "statefulset", "set");
        await kubectl.RunAsync("set", "env", "statefulset/set", "A=b");
        await kubectl.ShowsAsync("2", "{.status.observedGeneration}", "statefulset", "set");
        var second = await kubectl.GetAsync("{.status.updateRevision}", "statefulset", "set");
        await RenewAsync(kubectl, "set-1");
        await kubectl.ShowsAsync($"{first} {second}", "{.items[*].metadata.labels.controller-revision-hash}", "pods");
    }

    /// <summary>
    /// Deletes a pod and waits for its successor. kubectl itself must not wait: it looks by uid once and then by name, and when the successor
    /// comes in between, it waits for the end of that one.
    /// </summary>
    private static async Task RenewAsync(Commands kubectl, string pod)
    {
        var before = await kubectl.GetAsync("{.metadata.uid}", "pod", pod);
        await kubectl.RunAsync("delete", "pod", pod, "--wait=false");
        await Eventually.TrueAsync($"the successor of {pod}", async () =>
            await kubectl.RunAsync("get", "pod", pod, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}") is { Length: > 0 } uid && uid != before);
    }
}
