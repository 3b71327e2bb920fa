using TempoCos.Cluster.Controllers.Jobs;

namespace TempoCos.Cluster.Tests.Controllers.Jobs;

public sealed class JobTests
{
    private static string Job(string script, string spec = "") => $$"""
        apiVersion: batch/v1
        kind: Job
        metadata: {name: work}
        spec:
          {{spec}}
          template:
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 1
              containers: [{name: main, image: some/image:1, command: [sh, -c, {{script}}]}]
        """;

    [Fact]
    public async Task A_job_is_complete_when_its_pods_have_succeeded()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Job("echo done", "completions: 3\n  parallelism: 2"));
        (await kubectl.RunAsync("wait", "--for=condition=complete", "job/work", "--timeout=60s")).ShouldBe("job.batch/work condition met");
        (await kubectl.GetAsync("{.status.succeeded} {.status.failed} {.status.active}", "job", "work")).ShouldBe("3", await kubectl.GetAsync("{.items[*].status.containerStatuses[*].state}", "pods"));
        (await kubectl.GetAsync("{.items[*].status.phase}", "pods", "-l", "batch.kubernetes.io/job-name=work")).ShouldBe("Succeeded Succeeded Succeeded");
        (await kubectl.RunAsync("logs", "job/work", "--tail=1")).ShouldContain("done");
        (await kubectl.GetAsync("{.items[*].metadata.finalizers}", "pods")).ShouldBeOneOf("", "[] [] []");
        (await kubectl.RunAsync("describe", "job", "work")).ShouldContain("Job completed");

        await kubectl.RunAsync("delete", "job", "work");
        await kubectl.ShowsAsync("", "{.items[*].metadata.name}", "pods");
    }

    [Fact]
    public async Task A_job_has_failed_when_too_many_of_its_pods_have()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Job("exit 3", "backoffLimit: 1"));
        (await kubectl.RunAsync("wait", "--for=condition=failed", "job/work", "--timeout=60s")).ShouldBe("job.batch/work condition met");
        (await kubectl.GetAsync("{.status.conditions[?(@.type==\"Failed\")].reason}: {.status.conditions[?(@.type==\"Failed\")].message}", "job", "work"))
            .ShouldBe("BackoffLimitExceeded: Job has reached the specified backoff limit");
        (await kubectl.GetAsync("{.status.failed}", "job", "work")).ShouldBe("2");
        (await kubectl.RunAsync("wait", "--for=condition=complete", "job/work", "--timeout=1s")).ShouldContain("timed out");
    }

    [Fact]
    public async Task A_job_has_failed_when_its_time_is_over_and_its_pods_are_ended()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Job("sleep 1000", "activeDeadlineSeconds: 1"));
        (await kubectl.RunAsync("wait", "--for=condition=failed", "job/work", "--timeout=60s")).ShouldBe("job.batch/work condition met");
        (await kubectl.GetAsync("{.status.conditions[?(@.type==\"Failed\")].reason}", "job", "work")).ShouldBe("DeadlineExceeded");
        await kubectl.ShowsAsync("", "{.items[?(@.status.phase==\"Running\")].metadata.name}", "pods");
    }

    [Fact]
    public async Task A_job_waits_while_it_is_suspended_and_goes_when_its_time_has_come()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Job("exit 0", "suspend: true\n  ttlSecondsAfterFinished: 1"));
        await kubectl.ShowsAsync("True", "{.status.conditions[?(@.type==\"Suspended\")].status}", "job", "work");
        (await kubectl.GetAsync("{.items[*].metadata.name}", "pods")).ShouldBe("");
        await kubectl.RunAsync("patch", "job", "work", "-p", """{"spec":{"suspend":false}}""");
        (await kubectl.RunAsync("wait", "--for=delete", "job/work", "--timeout=60s")).ShouldNotContain("timed out");
        await kubectl.ShowsAsync("", "{.items[*].metadata.name}", "pods");
        (await kubectl.GetAsync("{.items[?(@.involvedObject.kind==\"Job\")].reason}", "events")).ShouldContain("Completed");
    }

    [Fact]
    public async Task An_indexed_job_runs_each_index_once()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var kubectl = await Commands.OfAsync(cluster);
        await kubectl.ApplyAsync(Job("test -n $JOB_COMPLETION_INDEX", "completions: 3\n  parallelism: 3\n  completionMode: Indexed"));
        await kubectl.RunAsync("wait", "--for=condition=complete", "job/work", "--timeout=60s");
        (await kubectl.GetAsync("{.status.completedIndexes}", "job", "work")).ShouldBe("0-2");
    }

    [Theory]
    [InlineData("0,2-4,7")]
    [InlineData("1-2")]
    [InlineData("")]
    public void Indexes_are_written_as_ranges(string text) => CompletionIndexes.Format(CompletionIndexes.Parse(text)).ShouldBe(text);
}
