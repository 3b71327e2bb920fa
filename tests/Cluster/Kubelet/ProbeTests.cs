using System.Net;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TempoCos.Cluster.Kubelet.Probes;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Tests.Kubelet;

public sealed class ProbeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_whose_liveness_fails_is_started_again_and_says_why()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "trap 'exit 3' TERM; while true; do sleep 0.1; done", pod => pod.Spec.Containers[0].LivenessProbe = new V1Probe
        {
            Exec = new V1ExecAction { Command = ["/bin/sh", "-c", "echo no pulse; exit 1"] },
            PeriodSeconds = 1,
            FailureThreshold = 2,
        }));

        var again = await cluster.UntilAsync("one", "a second run", pod => pod.Status?.ContainerStatuses is [{ RestartCount: > 0, LastState.Terminated: not null }]);
        again.Status.ContainerStatuses[0].LastState.Terminated.ExitCode.ShouldBe(3);
        again.Status.ContainerStatuses[0].LastState.Terminated.Reason.ShouldBe("Error");
        await cluster.EventAsync("one", "Unhealthy", "Liveness probe failed: no pulse");
        await cluster.EventAsync("one", "Killing", "Container main failed liveness probe, will be restarted");
    }

    [Fact]
    public async Task Liveness_waits_for_startup_and_a_startup_that_never_passes_ends_the_run()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("slow", "sleep 1; touch started; sleep 600", pod =>
        {
            pod.Spec.Containers[0].StartupProbe = Exec("test -e started", failureThreshold: 60);
            pod.Spec.Containers[0].LivenessProbe = Exec("test -e started", failureThreshold: 1);
        }));
        await cluster.CreateAsync(Pods.Shell("never", "sleep 600", pod => pod.Spec.Containers[0].StartupProbe = Exec("false", failureThreshold: 2)));

        var slow = await cluster.ReadyAsync("slow");
        slow.Status.ContainerStatuses[0].RestartCount.ShouldBe(0);
        slow.Status.ContainerStatuses[0].Started.ShouldBe(true);
        var never = await cluster.UntilAsync("never", "a second run", pod => pod.Status?.ContainerStatuses is [{ RestartCount: > 0 }]);
        never.Status.ContainerStatuses[0].Ready.ShouldBeFalse();
        await cluster.EventAsync("never", "Killing", "Container main failed startup probe, will be restarted");
    }

    [Fact]
    public async Task Readiness_is_lost_and_found_again_by_its_thresholds()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Client.CoreV1.CreateNamespacedConfigMapAsync(Map("yes"), "default", cancellationToken: Cancellation);
        await cluster.CreateAsync(Pods.Shell("one", "sleep 600", pod =>
        {
            pod.Spec.Volumes = [new V1Volume { Name = "conf", ConfigMap = new V1ConfigMapVolumeSource { Name = "state" } }];
            pod.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = "conf", MountPath = "/conf" }];
            pod.Spec.Containers[0].ReadinessProbe = new V1Probe { Exec = new V1ExecAction { Command = ["grep", "yes", "/conf/ready"] }, PeriodSeconds = 1, FailureThreshold = 2 };
        }));
        await cluster.ReadyAsync("one");

        await cluster.Client.CoreV1.ReplaceNamespacedConfigMapAsync(Map("no"), "state", "default", cancellationToken: Cancellation);
        var lost = await cluster.UntilAsync("one", "not ready", pod => pod.Status?.ContainerStatuses is [{ Ready: false, State.Running: not null }]);
        lost.Status.Conditions.Single(condition => condition.Type == "Ready").Reason.ShouldBe("ContainersNotReady");
        lost.Status.Conditions.Single(condition => condition.Type == "Ready").Message.ShouldBe("containers with unready status: [main]");
        await cluster.EventAsync("one", "Unhealthy", "Readiness probe failed: ");

        await cluster.Client.CoreV1.ReplaceNamespacedConfigMapAsync(Map("yes"), "state", "default", cancellationToken: Cancellation);
        (await cluster.ReadyAsync("one")).Status.ContainerStatuses[0].RestartCount.ShouldBe(0);

        static V1ConfigMap Map(string ready) => new() { Metadata = new V1ObjectMeta { Name = "state" }, Data = new Dictionary<string, string> { ["ready"] = ready } };
    }

    [Fact]
    public async Task An_http_probe_sends_its_headers_and_takes_any_certificate_and_a_grpc_probe_asks_for_health()
    {
        await using var plain = await ServeAsync(HttpProtocols.Http1, context =>
        {
            context.Response.StatusCode = context.Request.Headers["X-Asked"] == "yes" && context.Request.Path == "/ready" && context.Request.Headers.UserAgent.ToString().StartsWith("kube-probe/", StringComparison.Ordinal) ? 204 : 500;
            return Task.CompletedTask;
        });
        using var http = new HttpProbe();
        var action = new System.Text.Json.Nodes.JsonObject
        {
            ["path"] = "/ready",
            ["port"] = "http",
            ["httpHeaders"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["name"] = "X-Asked", ["value"] = "yes" }),
        };
        (await http.TryAsync(action, Ports(plain), TimeSpan.FromSeconds(30), Cancellation)).ShouldBeNull();
        action["httpHeaders"] = null;
        (await http.TryAsync(action, Ports(plain), TimeSpan.FromSeconds(30), Cancellation)).ShouldBe("HTTP probe failed with statuscode: 500");

        await using var health = await ServeAsync(HttpProtocols.Http2, async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var isWell = System.Text.Encoding.UTF8.GetString(body.ToArray()).EndsWith("well", StringComparison.Ordinal);
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 0x08, (byte)(isWell ? 1 : 2) });
            context.Response.AppendTrailer("grpc-status", "0");
        });
        using var grpc = new GrpcProbe();
        (await grpc.TryAsync(new() { ["port"] = 8080, ["service"] = "well" }, Ports(health), TimeSpan.FromSeconds(30), Cancellation)).ShouldBeNull();
        (await grpc.TryAsync(new() { ["port"] = 8080, ["service"] = "ill" }, Ports(health), TimeSpan.FromSeconds(30), Cancellation)).ShouldBe("service unhealthy (responded with \"NOT_SERVING\")");
    }

    [Fact]
    public async Task Nobody_listening_is_said_as_a_kubelet_says_it()
    {
        using var free = HeldPort.Take("TCP");
        PortMapping[] ports = [new("main", "http", 8080, "TCP", free.Port)];
        using var http = new HttpProbe();
        (await http.TryAsync(new() { ["port"] = "http" }, ports, TimeSpan.FromSeconds(30), Cancellation))
            .ShouldBe($"Get \"http://127.0.0.1:{free.Port}/\": dial tcp 127.0.0.1:{free.Port}: connect: connection refused");
        (await TcpProbe.TryAsync(new() { ["port"] = 8080 }, ports, Cancellation)).ShouldBe($"dial tcp 127.0.0.1:{free.Port}: connect: connection refused");
        (await TcpProbe.TryAsync(new() { ["port"] = 9999 }, ports, Cancellation)).ShouldNotBeNull().ShouldContain("couldn't find port 9999");
    }

    private static V1Probe Exec(string command, int failureThreshold) =>
        new() { Exec = new V1ExecAction { Command = ["/bin/sh", "-c", command] }, PeriodSeconds = 1, FailureThreshold = failureThreshold };

    private static PortMapping[] Ports(WebApplication app) =>
        [new("main", "http", 8080, "TCP", new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port)];

    private static async Task<WebApplication> ServeAsync(HttpProtocols protocols, RequestDelegate handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var app = builder.Build();
        app.Run(handler);
        await app.StartAsync(Cancellation);
        return app;
    }
}
