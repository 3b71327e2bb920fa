using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace TempoCos.Cluster.Tests;

public sealed class PodTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pod_is_a_process_with_its_own_variables_and_its_output_is_its_log()
    {
        Environment.SetEnvironmentVariable("TEMPOCOS_TEST_LEAK", "leaked");
        await using var cluster = await TestCluster.StartAsync();
        var pod = await RunningAsync(cluster, Pod("one"));
        pod.Status.PodIP.ShouldBe("127.0.0.1");

        var log = await Eventually.AsAsync("three lines of log", async () => await LogAsync(cluster, "one") is var lines && lines.Length >= 4 ? lines : null);
        log[0].ShouldStartWith("arguments: ");
        log[1].ShouldBe("POD_NAME=one");
        log[2].ShouldBe("GREETING=hello one");
        log[3].ShouldBe("TEMPOCOS_TEST_LEAK=");
        (await LogAsync(cluster, "one", tail: 1)).ShouldBe(["TEMPOCOS_TEST_LEAK="]);
    }

    [Fact]
    public async Task A_log_is_followed_until_the_run_ends()
    {
        await using var cluster = await TestCluster.StartAsync();
        await RunningAsync(cluster, Pod("one"));
        await using var stream = await cluster.Client.CoreV1.ReadNamespacedPodLogAsync("one", "default", follow: true, cancellationToken: Cancellation);
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync(Cancellation)).ShouldNotBeNull().ShouldStartWith("arguments: ");
        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("one", "default", cancellationToken: Cancellation);
        (await reader.ReadToEndAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(60), Cancellation)).ShouldContain("GREETING");
    }

    [Fact]
    public async Task A_port_is_forwarded_to_where_the_process_really_listens()
    {
        await using var cluster = await TestCluster.StartAsync();
        await RunningAsync(cluster, Pod("one"));
        using var socket = await cluster.Client.WebSocketNamespacedPodPortForwardAsync("one", "default", [7777], "v4.channel.k8s.io", cancellationToken: Cancellation);
        using var demuxer = new StreamDemuxer(socket, StreamType.PortForward);
        demuxer.Start();
        await using var stream = demuxer.GetStream((byte?)0, (byte?)0);
        await stream.WriteAsync("ping "u8.ToArray(), Cancellation);
        await stream.WriteAsync("pong"u8.ToArray(), Cancellation);
        var answer = new byte[9];
        await stream.ReadExactlyAsync(answer, Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        Encoding.ASCII.GetString(answer).ShouldBe("ping pong");
    }

    [Fact]
    public async Task A_crashed_process_is_started_again_and_what_it_wrote_stays()
    {
        await using var cluster = await TestCluster.StartAsync();
        await RunningAsync(cluster, Pod("one"));
        await GetAsync(cluster, "one", "/crash");

        var again = await Eventually.AsAsync("the second run", async () =>
            await ReadAsync(cluster, "one") is { } pod && pod.Status.ContainerStatuses[0] is { RestartCount: 1, Ready: true } ? pod : null);
        again.Status.ContainerStatuses[0].LastState.Terminated.ExitCode.ShouldBe(7);
        await using var before = await cluster.Client.CoreV1.ReadNamespacedPodLogAsync("one", "default", previous: true, cancellationToken: Cancellation);
        using var reader = new StreamReader(before);
        (await reader.ReadToEndAsync(Cancellation)).ShouldContain("POD_NAME=one");

        // As with a kubelet, the first failure costs no wait and the second one does.
        await GetAsync(cluster, "one", "/crash");
        await Eventually.TrueAsync("a back-off", async () => (await cluster.Client.CoreV1.ListNamespacedEventAsync("default", cancellationToken: Cancellation)).Items
            .Any(one => one.Reason == "BackOff" && one.InvolvedObject.Name == "one"));
    }

    [Fact]
    public async Task A_pod_that_is_not_ready_is_behind_no_service()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Client.CoreV1.CreateNamespacedServiceAsync(new V1Service
        {
            Metadata = new V1ObjectMeta { Name = "web" },
            Spec = new V1ServiceSpec { Selector = new Dictionary<string, string> { ["app"] = "one" }, Ports = [new V1ServicePort { Name = "http", Port = 80, TargetPort = "http" }] },
        }, "default", cancellationToken: Cancellation);
        await RunningAsync(cluster, Pod("one"));
        await Eventually.TrueAsync("an endpoint", async () => await EndpointsAsync() is { Addresses.Count: 1 });

        await GetAsync(cluster, "one", "/unready");
        await Eventually.TrueAsync("the endpoint to be not ready", async () => await EndpointsAsync() is { NotReadyAddresses.Count: 1, Addresses: null });

        async Task<V1EndpointSubset?> EndpointsAsync() =>
            (await cluster.Client.CoreV1.ListNamespacedEndpointsAsync("default", cancellationToken: Cancellation)).Items.FirstOrDefault()?.Subsets?.FirstOrDefault();
    }

    [Fact]
    public async Task A_volume_outlives_the_pods_of_its_set()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Client.AppsV1.CreateNamespacedStatefulSetAsync(Set(), "default", cancellationToken: Cancellation);
        var first = await ReadyAsync(cluster, "set-0");
        (await GetAsync(cluster, "set-0", "/append")).ShouldBe("line\n");

        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("set-0", "default", cancellationToken: Cancellation);
        var second = await Eventually.AsAsync("the next pod", async () =>
            await ReadAsync(cluster, "set-0") is { } pod && pod.Uid() != first.Uid() && pod.Status.ContainerStatuses is [{ Ready: true }] ? pod : null);
        second.Name().ShouldBe("set-0");
        (await GetAsync(cluster, "set-0", "/append")).ShouldBe("line\nline\n");
    }

    [Fact]
    public async Task A_deployment_replaces_pods_that_go_and_scales()
    {
        await using var cluster = await TestCluster.StartAsync();
        var apps = cluster.Client.AppsV1;
        await apps.CreateNamespacedDeploymentAsync(Deployment(), "default", cancellationToken: Cancellation);
        await Eventually.TrueAsync("one ready replica", async () => await ReadyReplicasAsync() == 1);
        var pod = (await cluster.Client.CoreV1.ListNamespacedPodAsync("default", cancellationToken: Cancellation)).Items.ShouldHaveSingleItem();

        await cluster.Client.CoreV1.DeleteNamespacedPodAsync(pod.Name(), "default", cancellationToken: Cancellation);
        await Eventually.TrueAsync("another pod", async () =>
            (await cluster.Client.CoreV1.ListNamespacedPodAsync("default", cancellationToken: Cancellation)).Items is [var only] && only.Uid() != pod.Uid() && await ReadyReplicasAsync() == 1);

        await apps.PatchNamespacedDeploymentAsync(new V1Patch("""{"spec":{"replicas":2}}""", V1Patch.PatchType.MergePatch), "web", "default", cancellationToken: Cancellation);
        await Eventually.TrueAsync("two ready replicas", async () => await ReadyReplicasAsync() == 2);

        async Task<int?> ReadyReplicasAsync() => (await apps.ReadNamespacedDeploymentAsync("web", "default", cancellationToken: Cancellation)).Status?.ReadyReplicas;
    }

    [Fact]
    public async Task A_pod_without_a_program_waits_and_says_why()
    {
        await using var cluster = await TestCluster.StartAsync();
        var pod = Pod("one");
        pod.Spec.Containers[0].Command = null;
        pod.Spec.Containers[0].Name = "nginx";
        await cluster.Client.CoreV1.CreateNamespacedPodAsync(pod, "default", cancellationToken: Cancellation);
        var waiting = await Eventually.AsAsync("a reason", async () =>
            (await ReadAsync(cluster, "one"))?.Status.ContainerStatuses?.FirstOrDefault()?.State.Waiting is { Message: not null } state ? state : null);
        waiting.Reason.ShouldBeOneOf("ErrImagePull", "ImagePullBackOff");
        waiting.Message.ShouldContain("give container nginx a command, or name a program for its image with --image");
    }

    [Fact]
    public async Task No_process_is_left_when_the_cluster_stops_even_one_that_ignores_the_request()
    {
        int pid;
        var clock = Stopwatch.StartNew();
        await using (var cluster = await TestCluster.StartAsync())
        {
            var pod = Pod("one");
            pod.Spec.Containers[0].Args = ["--stubborn"];
            pid = ProcessId(await RunningAsync(cluster, pod));
            Process.GetProcessById(pid).HasExited.ShouldBeFalse();
            clock.Restart();
        }

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        Should.Throw<ArgumentException>(() => Process.GetProcessById(pid));
    }

    private static V1Pod Pod(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["app"] = name } },
        Spec = PodSpec(),
    };

    private static V1PodSpec PodSpec(params string[] args) => new()
    {
        Containers =
        [
            new V1Container
            {
                Name = "main",
                Image = "example.com/pod-program:1",
                Command = [TestCluster.PodProgram],
                Args = args,
                Ports = [new V1ContainerPort { Name = "http", ContainerPort = 8080 }, new V1ContainerPort { Name = "echo", ContainerPort = 7777 }],
                Env =
                [
                    new V1EnvVar { Name = "POD_NAME", ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.name" } } },
                    new V1EnvVar { Name = "GREETING", Value = "hello $(POD_NAME)" },
                ],
                ReadinessProbe = new V1Probe { HttpGet = new V1HTTPGetAction { Path = "/ready", Port = "http" }, PeriodSeconds = 1, FailureThreshold = 1 },
            },
        ],
    };

    private static V1Deployment Deployment() => new()
    {
        Metadata = new V1ObjectMeta { Name = "web" },
        Spec = new V1DeploymentSpec
        {
            Replicas = 1,
            Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } },
            Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = "web" } }, Spec = PodSpec() },
        },
    };

    private static V1StatefulSet Set()
    {
        var spec = PodSpec("--data", "/var/data");
        spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = "data", MountPath = "/var/data" }];
        return new V1StatefulSet
        {
            Metadata = new V1ObjectMeta { Name = "set" },
            Spec = new V1StatefulSetSpec
            {
                Replicas = 1,
                ServiceName = "set",
                Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "set" } },
                Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = "set" } }, Spec = spec },
                VolumeClaimTemplates =
                [
                    new V1PersistentVolumeClaim
                    {
                        Metadata = new V1ObjectMeta { Name = "data" },
                        Spec = new V1PersistentVolumeClaimSpec
                        {
                            AccessModes = ["ReadWriteOnce"],
                            Resources = new V1VolumeResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new("1Gi") } },
                        },
                    },
                ],
            },
        };
    }

    private static async Task<V1Pod> RunningAsync(TestCluster cluster, V1Pod pod)
    {
        await cluster.Client.CoreV1.CreateNamespacedPodAsync(pod, "default", cancellationToken: Cancellation);
        return await ReadyAsync(cluster, pod.Name());
    }

    private static Task<V1Pod> ReadyAsync(TestCluster cluster, string name) => Eventually.AsAsync($"pod {name} to be ready", async () =>
        await ReadAsync(cluster, name) is { } pod && pod.Status?.ContainerStatuses is [{ Ready: true }] ? pod : null);

    private static async Task<V1Pod?> ReadAsync(TestCluster cluster, string name)
    {
        try
        {
            return await cluster.Client.CoreV1.ReadNamespacedPodAsync(name, "default", cancellationToken: Cancellation);
        }
        catch (HttpOperationException missing) when (missing.Response.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static int ProcessId(V1Pod pod) => int.Parse(pod.Status.ContainerStatuses[0].ContainerID["process://".Length..], null);

    private static async Task<string[]> LogAsync(TestCluster cluster, string name, int? tail = null)
    {
        await using var stream = await cluster.Client.CoreV1.ReadNamespacedPodLogAsync(name, "default", tailLines: tail, cancellationToken: Cancellation);
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Asks the pod's HTTP port over a port-forward; empty when the pod answers nothing.</summary>
    private static async Task<string> GetAsync(TestCluster cluster, string name, string path)
    {
        using var socket = await cluster.Client.WebSocketNamespacedPodPortForwardAsync(name, "default", [8080], "v4.channel.k8s.io", cancellationToken: Cancellation);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"\0GET {path} HTTP/1.1\r\nHost: pod\r\n\r\n"), WebSocketMessageType.Binary, true, Cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(60));

        // The first message of each channel is the port's number.
        var opened = false;
        var answer = new StringBuilder();
        var buffer = new byte[64 << 10];
        while (await socket.ReceiveAsync(buffer.AsMemory(), patience.Token) is { MessageType: not WebSocketMessageType.Close } part)
        {
            if (buffer[0] == 0 && opened)
            {
                answer.Append(Encoding.ASCII.GetString(buffer, 1, part.Count - 1));
            }

            opened |= buffer[0] == 0;
        }

        var text = answer.ToString();
        return text.Length == 0 ? "" : text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
    }
}
