using System.Net.Sockets;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using TempoCos.Cluster.Kubelet.Engine;
using TempoCos.Contracts;

namespace TempoCos.Cluster.Tests.Kubelet;

/// <summary>Containers in a real engine: TEMPOCOS_CONTAINER_ENGINE names its socket, TEMPOCOS_TEST_IMAGE an image that it has and that has /bin/sh.</summary>
public sealed class EngineTests
{
    private static readonly string? Engine = Environment.GetEnvironmentVariable("TEMPOCOS_CONTAINER_ENGINE");
    private static readonly string? Image = Environment.GetEnvironmentVariable("TEMPOCOS_TEST_IMAGE");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_of_the_engine_has_its_volumes_hooks_limits_log_and_end()
    {
        Skip();
        await using var cluster = await TestCluster.StartAsync(options => options with { ContainerEngine = Engine, RestartBackoff = TimeSpan.FromMinutes(5) });
        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "settings" }, Data = new Dictionary<string, string> { ["color"] = "red" } }, "default", cancellationToken: Cancellation);
        await cluster.CreateAsync(Pods.Shell("one", "trap 'echo term; exit 0' TERM; echo $(cat /conf/color) $(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace) $GREETING; touch /tmp/up; while true; do sleep 0.1; done", pod =>
        {
            pod.Spec.Containers[0].Image = Image;
            pod.Spec.Containers[0].Env = [new V1EnvVar { Name = "GREETING", Value = "hello" }];
            pod.Spec.Volumes = [new V1Volume { Name = "conf", ConfigMap = new V1ConfigMapVolumeSource { Name = "settings" } }];
            pod.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = "conf", MountPath = "/conf" }];
            pod.Spec.Containers[0].ReadinessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["/bin/sh", "-c", "test -e /tmp/up"] }, PeriodSeconds = 1 };
        }));
        var pod = await cluster.ReadyAsync("one");
        pod.Status.ContainerStatuses[0].ContainerID.ShouldStartWith("docker://");
        pod.Status.ContainerStatuses[0].ImageID.ShouldStartWith("sha256:");
        (await cluster.LogAsync("one")).ShouldBe("red default hello\n");

        await cluster.CreateAsync(Pods.Shell("hungry", "x=0123456789abcdef; while true; do x=$x$x; done", hungry =>
        {
            hungry.Spec.Containers[0].Image = Image;
            hungry.Spec.Containers[0].Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("32Mi") } };
        }));
        var killed = await cluster.UntilAsync("hungry", "a crash loop", one => one.State()?.Waiting?.Reason == "CrashLoopBackOff");
        killed.Status.ContainerStatuses[0].LastState.Terminated.Reason.ShouldBe("OOMKilled");

        await using var stream = await cluster.Client.CoreV1.ReadNamespacedPodLogAsync("one", "default", follow: true, cancellationToken: Cancellation);
        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("one", "default", cancellationToken: Cancellation);
        using var reader = new StreamReader(stream);
        (await reader.ReadToEndAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(60), Cancellation)).ShouldBe("red default hello\nterm\n");
        await cluster.GoneAsync("one");
    }

    [Fact]
    public async Task Root_is_refused_and_what_the_engine_does_not_have_is_not_pulled()
    {
        Skip();
        await using var cluster = await TestCluster.StartAsync(options => options with { ContainerEngine = Engine });
        await cluster.CreateAsync(Pods.Shell("root", "sleep 600", pod =>
        {
            pod.Spec.Containers[0].Image = Image;
            pod.Spec.SecurityContext = new V1PodSecurityContext { RunAsNonRoot = true };
        }));
        await cluster.CreateAsync(Pods.Shell("missing", "", pod =>
        {
            pod.Spec.Containers[0].Command = null;
            pod.Spec.Containers[0].Image = "example.com/nobody/has:1";
        }));

        var refused = await cluster.UntilAsync("root", "a refusal", pod => pod.State()?.Waiting?.Reason == "CreateContainerConfigError");
        refused.State()!.Waiting.Message.ShouldStartWith("container has runAsNonRoot and image will run as root (pod: \"root_default(");
        await cluster.UntilAsync("missing", "a back-off", pod => pod.State()?.Waiting?.Reason == "ImagePullBackOff");
    }

    [Fact]
    public async Task A_container_of_the_engine_asks_the_clusters_DNS()
    {
        Skip();
        await using var cluster = await TestCluster.StartAsync(options => options with { ContainerEngine = Engine });
        await cluster.CreateAsync(Pods.Shell("one", "cat /etc/resolv.conf; echo end; sleep 600", pod => pod.Spec.Containers[0].Image = Image));
        await cluster.LoggedAsync("one", "end");
        var log = await cluster.LogAsync("one");
        Assert.SkipUnless(log.Contains("nameserver 127.", StringComparison.Ordinal), "the cluster has no DNS here");
        log.ShouldMatch(@"^search default\.svc\.cluster\.local svc\.cluster\.local cluster\.local.*\nnameserver 127\.\d+\.0\.10\noptions ndots:5\nend\n$");
    }

    [Fact]
    public void A_socket_that_is_not_there_is_refused_at_the_start() =>
        Should.Throw<DiagnosticException>(() => new ContainerEngine(
            new ClusterOptions { DataDirectory = "/nowhere", ContainerEngine = "unix:///nowhere/engine.sock" }, null!, NullLogger<ContainerEngine>.Instance)).Code.ShouldBe("TC939");

    private static void Skip()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Engine) || string.IsNullOrEmpty(Image), "skipped: no container engine (TEMPOCOS_CONTAINER_ENGINE) or no image with a shell (TEMPOCOS_TEST_IMAGE)");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Engine!.Replace("unix://", "", StringComparison.Ordinal)));
    }
}
