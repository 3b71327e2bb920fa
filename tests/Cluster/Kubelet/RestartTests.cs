using System.Diagnostics;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Kubelet.Containers;

namespace TempoCos.Cluster.Tests.Kubelet;

public sealed class RestartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Waits_double_to_thirty_times_the_first_and_begin_anew_after_a_run_of_twice_the_longest()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(10));
        string[] waits = [.. Enumerable.Range(0, 8).Select(_ => GoDuration.Format(backoff.NextAfter(TimeSpan.FromSeconds(1))))];
        waits.ShouldBe(["0s", "10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s"]);
        backoff.NextAfter(TimeSpan.FromMinutes(9)).ShouldBe(TimeSpan.FromMinutes(5));
        backoff.NextAfter(TimeSpan.FromMinutes(10)).ShouldBe(TimeSpan.Zero);
        backoff.NextAfter(TimeSpan.Zero).ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_crash_loop_is_waited_out_with_the_last_end_beside_it()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { RestartBackoff = TimeSpan.FromMinutes(5) });
        await cluster.CreateAsync(Pods.Shell("one", "echo the end is near; exit 7", pod => pod.Spec.Containers[0].TerminationMessagePolicy = "FallbackToLogsOnError"));

        var waiting = await cluster.UntilAsync("one", "a crash loop", pod => pod.State()?.Waiting?.Reason == "CrashLoopBackOff");
        var status = waiting.Status.ContainerStatuses[0];
        status.RestartCount.ShouldBe(1);
        status.State.Waiting.Message.ShouldBe($"back-off 5m0s restarting failed container=main pod=one_default({waiting.Uid()})");
        status.LastState.Terminated.ExitCode.ShouldBe(7);
        status.LastState.Terminated.Reason.ShouldBe("Error");
        status.LastState.Terminated.Message.ShouldBe("the end is near\n");
        waiting.Status.Phase.ShouldBe("Running");
        await cluster.EventAsync("one", "BackOff", $"Back-off restarting failed container main in pod one_default({waiting.Uid()})");
        (await cluster.LogAsync("one", previous: true)).ShouldBe("the end is near\n");
    }

    [Theory]
    [InlineData("Never", 0, "Succeeded", "Completed")]
    [InlineData("Never", 4, "Failed", "Error")]
    [InlineData("OnFailure", 0, "Succeeded", "Completed")]
    public async Task A_pod_ends_as_its_policy_has_it(string policy, int exitCode, string phase, string reason)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", $"exit {exitCode}", pod => pod.Spec.RestartPolicy = policy));

        var ended = await cluster.UntilAsync("one", phase, pod => pod.Status?.Phase == phase);
        ended.Status.ContainerStatuses[0].State.Terminated.ExitCode.ShouldBe(exitCode);
        ended.Status.ContainerStatuses[0].State.Terminated.Reason.ShouldBe(reason);
        ended.Status.ContainerStatuses[0].RestartCount.ShouldBe(0);
    }

    [Fact]
    public async Task OnFailure_starts_again_until_it_ends_well()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { RestartBackoff = TimeSpan.FromMilliseconds(50) });
        await cluster.CreateAsync(Pods.Shell("one", "echo x >> /kept/runs; test $(wc -l < /kept/runs) -ge 3", pod =>
        {
            pod.Spec.RestartPolicy = "OnFailure";
            pod.Spec.Volumes = [new V1Volume { Name = "kept", EmptyDir = new V1EmptyDirVolumeSource() }];
            pod.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = "kept", MountPath = "/kept" }];
        }));

        (await cluster.UntilAsync("one", "an end", pod => pod.Status?.Phase == "Succeeded")).Status.ContainerStatuses[0].RestartCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_a_start_error()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "", pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.Containers[0].Command = ["no-such-program-anywhere"];
        }));

        var ended = (await cluster.UntilAsync("one", "an end", pod => pod.Status?.Phase == "Failed")).Status.ContainerStatuses[0].State.Terminated;
        (ended.Reason, ended.ExitCode).ShouldBe(("StartError", 128));
        ended.Message.ShouldContain("exec: \"no-such-program-anywhere\": executable file not found in $PATH");
    }

    [Fact]
    public async Task Init_containers_come_one_after_the_other_and_sidecars_end_last()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "trap 'sleep 0.3; echo main ended >> /order/list; exit 0' TERM; echo main >> /order/list; while true; do sleep 0.05; done", pod =>
        {
            pod.Spec.Volumes = [new V1Volume { Name = "order", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "order" } }];
            pod.Spec.Containers[0].ReadinessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["/bin/sh", "-c", "grep -q main /order/list"] }, PeriodSeconds = 1 };
            var sidecar = Pods.Container("side", "trap 'echo side ended >> /order/list; exit 0' TERM; echo side >> /order/list; while true; do sleep 0.05; done");
            sidecar.RestartPolicy = "Always";
            sidecar.StartupProbe = new V1Probe { Exec = new V1ExecAction { Command = ["/bin/sh", "-c", "grep -q side /order/list"] }, PeriodSeconds = 1 };
            pod.Spec.InitContainers = [Pods.Container("first", "sleep 0.3; echo first >> /order/list"), sidecar, Pods.Container("third", "echo third >> /order/list")];
            foreach (var container in pod.Spec.InitContainers.Concat(pod.Spec.Containers))
            {
                container.VolumeMounts = [new V1VolumeMount { Name = "order", MountPath = "/order" }];
            }
        }));
        await cluster.Client.CoreV1.CreateNamespacedPersistentVolumeClaimAsync(Claim("order"), "default", cancellationToken: Cancellation);

        var pod = await cluster.ReadyAsync("one");
        pod.Status.InitContainerStatuses.Select(status => status.Name).ShouldBe(["first", "side", "third"]);
        pod.Status.InitContainerStatuses[0].State.Terminated.Reason.ShouldBe("Completed");
        pod.Status.InitContainerStatuses[1].State.Running.ShouldNotBeNull();
        pod.Status.Conditions.Single(condition => condition.Type == "Initialized").Status.ShouldBe("True");
        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("one", "default", cancellationToken: Cancellation);
        await cluster.GoneAsync("one");

        await cluster.CreateAsync(Pods.Shell("reader", "cat /order/list; sleep 600", reader =>
        {
            reader.Spec.Volumes = pod.Spec.Volumes.Where(volume => volume.Name == "order").ToList();
            reader.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = "order", MountPath = "/order" }];
        }));
        await cluster.LoggedAsync("reader", "side ended");
        (await cluster.LogAsync("reader")).ShouldBe("first\nside\nthird\nmain\nmain ended\nside ended\n");
    }

    [Fact]
    public async Task An_init_container_that_fails_holds_up_the_rest()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "sleep 600", pod => pod.Spec.InitContainers = [Pods.Container("first", "exit 5")]));
        await cluster.CreateAsync(Pods.Shell("never", "sleep 600", pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.InitContainers = [Pods.Container("first", "exit 5")];
        }));

        var waiting = await cluster.UntilAsync("one", "a crash loop", pod => pod.Status?.InitContainerStatuses?[0].State.Waiting?.Reason == "CrashLoopBackOff");
        waiting.Status.Phase.ShouldBe("Pending");
        waiting.Status.ContainerStatuses[0].State.Waiting.Reason.ShouldBe("PodInitializing");
        waiting.Status.Conditions.Single(condition => condition.Type == "Initialized").Reason.ShouldBe("ContainersNotInitialized");
        (await cluster.UntilAsync("never", "failed", pod => pod.Status?.Phase == "Failed")).Status.InitContainerStatuses[0].State.Terminated.ExitCode.ShouldBe(5);
    }

    [Fact]
    public async Task PreStop_runs_before_the_signal_and_the_grace_ends_what_does_not_listen()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "trap 'echo term; exit 0' TERM; echo up; while true; do sleep 0.05; done", pod =>
            pod.Spec.Containers[0].Lifecycle = new V1Lifecycle { PreStop = new V1LifecycleHandler { Exec = new V1ExecAction { Command = ["/bin/sh", "-c", "touch stopping; sleep 0.2"] } } }));
        await cluster.CreateAsync(Pods.Shell("deaf", "trap '' TERM; echo up; while true; do sleep 0.05; done", pod => pod.Spec.TerminationGracePeriodSeconds = 1));
        var deaf = await cluster.ReadyAsync("deaf");
        await cluster.LoggedAsync("deaf", "up");
        await cluster.LoggedAsync("one", "up");

        await using var stream = await cluster.Client.CoreV1.ReadNamespacedPodLogAsync("one", "default", follow: true, cancellationToken: Cancellation);
        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("one", "default", cancellationToken: Cancellation);
        using var reader = new StreamReader(stream);
        (await reader.ReadToEndAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(60), Cancellation)).ShouldBe("up\nterm\n");
        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("deaf", "default", cancellationToken: Cancellation);
        await cluster.GoneAsync("one");
        await cluster.GoneAsync("deaf");
        Should.Throw<ArgumentException>(() => Process.GetProcessById(deaf.ProcessId()));
        await cluster.EventAsync("one", "Killing", "Stopping container main");
    }

    [Fact]
    public async Task All_processes_of_a_container_end_with_its_first_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sessions are made with setsid");
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "sleep 600 & echo child $!; exec sleep 600"));
        await cluster.LoggedAsync("one", "child");
        var child = int.Parse((await cluster.LogAsync("one")).Split(' ')[1], null);
        Process.GetProcessById(child).HasExited.ShouldBeFalse();

        await cluster.Client.CoreV1.DeleteCollectionNamespacedPodAsync("default", gracePeriodSeconds: 0, cancellationToken: Cancellation);
        await Eventually.TrueAsync("the child to end", () => Task.FromResult(!Directory.Exists($"/proc/{child}") || File.ReadAllText($"/proc/{child}/stat").Contains(") Z ", StringComparison.Ordinal)));
    }

    private static V1PersistentVolumeClaim Claim(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1PersistentVolumeClaimSpec
        {
            AccessModes = ["ReadWriteOnce"],
            Resources = new V1VolumeResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new("1Mi") } },
        },
    };
}
