namespace TempoCos.Cluster.Tests.Controllers.Deployments;

public sealed class RolloutTests
{
    private const string Reasons = "{.status.conditions[?(@.type==\"Progressing\")].reason}";

    private static string Web(string spec = "", string command = "[sleep, '1000']") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web} }
          {{spec}}
          template:
            metadata: {labels: {app: web} }
            spec:
              terminationGracePeriodSeconds: 1
              containers: [{name: main, image: some/image:1, command: {{command}}}]
        """;

    [Fact]
    public async Task A_change_rolls_and_its_history_can_be_shown_undone_paused_and_repeated()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Web());
        (await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s")).ShouldContain("deployment \"web\" successfully rolled out");
        (await kubectl.GetAsync("{.metadata.annotations.deployment\\.kubernetes\\.io/revision}", "deployment", "web")).ShouldBe("1");
        var first = await kubectl.GetAsync("{.items[0].metadata.name}", "replicasets");
        (await kubectl.GetAsync("{.items[*].metadata.ownerReferences[0].name}", "pods")).ShouldBe($"{first} {first} {first}");

        await kubectl.RunAsync("set", "env", "deployment/web", "A=b");
        (await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s")).ShouldContain("successfully rolled out");
        (await kubectl.GetAsync("{.items[*].spec.replicas}", "replicasets", "--sort-by=.spec.replicas")).ShouldBe("0 3");
        (await kubectl.RunAsync("rollout", "history", "deployment/web")).Split('\n').Count(line => line.Length > 0 && char.IsDigit(line[0])).ShouldBe(2);
        (await kubectl.GetAsync(Reasons, "deployment", "web")).ShouldBe("NewReplicaSetAvailable");

        (await kubectl.RunAsync("rollout", "undo", "deployment/web")).ShouldContain("rolled back");
        await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        (await kubectl.GetAsync("{.spec.replicas}", "replicaset", first)).ShouldBe("3");
        (await kubectl.GetAsync("{.metadata.annotations.deployment\\.kubernetes\\.io/revision}", "deployment", "web")).ShouldBe("3");

        await kubectl.RunAsync("rollout", "pause", "deployment/web");
        await kubectl.ShowsAsync("DeploymentPaused", Reasons, "deployment", "web");
        await kubectl.RunAsync("rollout", "restart", "deployment/web");
        await kubectl.RunAsync("set", "env", "deployment/web", "A=c");
        await kubectl.RunAsync("scale", "deployment/web", "--replicas=2");
        await kubectl.ShowsAsync("2", "{.status.availableReplicas}", "deployment", "web");
        (await kubectl.GetAsync("{.items[*].metadata.name}", "replicasets")).Split(' ').Length.ShouldBe(2);
        await kubectl.RunAsync("rollout", "resume", "deployment/web");
        await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        (await kubectl.GetAsync("{.items[*].metadata.name}", "replicasets")).Split(' ').Length.ShouldBe(3);

        (await kubectl.RunAsync("rollout", "restart", "deployment/web")).ShouldBe("deployment.apps/web restarted");
        await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        var description = await kubectl.RunAsync("describe", "deployment", "web");
        description.ShouldContain("StrategyType:           RollingUpdate");
        description.ShouldContain("25% max unavailable, 25% max surge");
        description.ShouldContain($"Scaled up replica set {first} from 0 to 3");
        description.ShouldContain($"Scaled down replica set {first} from 1 to 0");
    }

    [Fact]
    public async Task A_template_that_does_not_start_leaves_those_before_it_serving()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Web("progressDeadlineSeconds: 2"));
        await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        var before = await kubectl.GetAsync("{.items[*].metadata.uid}", "pods");

        await kubectl.ApplyAsync(Web("progressDeadlineSeconds: 2", "[there-is-no-such-program]"));
        (await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s")).ShouldContain("error: deployment \"web\" exceeded its progress deadline");
        await kubectl.ShowsAsync("ProgressDeadlineExceeded", Reasons, "deployment", "web");
        (await kubectl.GetAsync("{.status.conditions[?(@.type==\"Available\")].status}", "deployment", "web")).ShouldBe("True");
        (await kubectl.GetAsync("{.status.unavailableReplicas} {.status.availableReplicas} {.status.updatedReplicas}", "deployment", "web")).ShouldBe("1 3 1");
        (await kubectl.GetAsync("{.items[*].metadata.uid}", "pods")).Split(' ').Intersect(before.Split(' ')).Count().ShouldBe(3);

        await kubectl.RunAsync("rollout", "undo", "deployment/web");
        (await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s")).ShouldContain("successfully rolled out");
        await kubectl.ShowsAsync(before, "{.items[*].metadata.uid}", "pods");
    }

    [Fact]
    public async Task One_that_recreates_ends_the_old_before_it_starts_the_new()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Web("strategy: {type: Recreate}"));
        await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        var old = await kubectl.GetAsync("{.items[0].metadata.labels.pod-template-hash}", "pods");
        await kubectl.RunAsync("set", "env", "deployment/web", "A=b");

        // At no time do both have pods; the last look has only the new.
        await Eventually.TrueAsync("only new pods", async () =>
        {
            var hashes = (await kubectl.GetAsync("{.items[*].metadata.labels.pod-template-hash}", "pods")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            hashes.Distinct().Count().ShouldBeLessThan(2);
            return hashes.Length == 3 && !hashes.Contains(old);
        });
    }

    [Fact]
    public async Task Old_sets_are_forgotten_beyond_the_limit_and_pods_count_when_they_were_ready_long_enough()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Web("revisionHistoryLimit: 1\n  minReadySeconds: 1"));
        foreach (var value in (string[])["1", "2", "3"])
        {
            await kubectl.RunAsync("set", "env", "deployment/web", $"A={value}");
            (await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s")).ShouldContain("successfully rolled out");
        }

        await Eventually.TrueAsync("two sets", async () => (await kubectl.GetAsync("{.items[*].metadata.name}", "replicasets")).Split(' ').Length == 2);
        (await kubectl.GetAsync("{.items[0].spec.minReadySeconds}", "replicasets")).ShouldBe("1");
    }

    [Fact]
    public async Task Orphans_are_taken_in_again_and_a_pod_that_no_longer_matches_is_let_go()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Web());
        await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        var set = await kubectl.GetAsync("{.items[*].metadata.uid}", "replicasets");
        var pods = await kubectl.GetAsync("{.items[*].metadata.uid}", "pods");
        await kubectl.RunAsync("delete", "deployment", "web", "--cascade=orphan");
        (await kubectl.GetAsync("{.items[*].metadata.ownerReferences}", "replicasets")).ShouldBeOneOf("", "[]");
        await kubectl.ApplyAsync(Web());
        await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        (await kubectl.GetAsync("{.items[*].metadata.uid}", "replicasets")).ShouldBe(set);
        (await kubectl.GetAsync("{.items[*].metadata.uid}", "pods")).ShouldBe(pods);

        var freed = await kubectl.GetAsync("{.items[0].metadata.name}", "pods");
        await kubectl.RunAsync("label", "pod", freed, "app=free", "--overwrite");
        await Eventually.TrueAsync("a pod in its place", async () =>
            (await kubectl.GetAsync("{.items[*].metadata.name}", "pods", "-l", "app=web")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 3);
        (await kubectl.GetAsync("{.metadata.ownerReferences}", "pod", freed)).ShouldBeOneOf("", "[]");

        await kubectl.RunAsync("delete", "deployment", "web", "--cascade=foreground");
        await Eventually.TrueAsync("only the freed pod", async () => await kubectl.GetAsync("{.items[*].metadata.name}", "pods") == freed);
    }

    [Fact]
    public async Task Several_sets_share_a_change_of_size()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Web("strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}"));
        await kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        await kubectl.ApplyAsync(Web("strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}", "[there-is-no-such-program]"));
        await kubectl.ShowsAsync("2 2", "{.items[*].spec.replicas}", "replicasets");

        // Seven may be there, three more than now: each set takes its part.
        await kubectl.RunAsync("scale", "deployment/web", "--replicas=6");
        await Eventually.TrueAsync("seven pods, six asked for and one more", async () =>
            (await kubectl.GetAsync("{.items[*].spec.replicas}", "replicasets")).Split(' ').Sum(int.Parse) == 7);
        (await kubectl.GetAsync("{.items[*].spec.replicas}", "replicasets", "--sort-by=.spec.replicas")).ShouldBeOneOf("3 4", "2 5");
    }
}
