using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests.Api.Pods;

/// <summary>A pod, or a deployment of one, named <c>one</c>, behind a service of that name: it answers HTTP at one port and echoes at the other.</summary>
public static class ForwardedPod
{
    public const int Echo = 7777;
    public const int Web = 8080;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<V1Pod> StartAsync(TestCluster cluster)
    {
        await CreateServiceAsync(cluster);
        await cluster.Client.CoreV1.CreateNamespacedPodAsync(
            new V1Pod { Metadata = new V1ObjectMeta { Name = "one", Labels = Labels() }, Spec = Spec() }, "default", cancellationToken: Cancellation);
        return await ReadyAsync(cluster);
    }

    public static async Task<V1Pod> DeployAsync(TestCluster cluster)
    {
        await CreateServiceAsync(cluster);
        await cluster.Client.AppsV1.CreateNamespacedDeploymentAsync(new V1Deployment
        {
            Metadata = new V1ObjectMeta { Name = "one" },
            Spec = new V1DeploymentSpec
            {
                Selector = new V1LabelSelector { MatchLabels = Labels() },
                Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = Labels() }, Spec = Spec() },
            },
        }, "default", cancellationToken: Cancellation);
        return await ReadyAsync(cluster);
    }

    private static Task<V1Service> CreateServiceAsync(TestCluster cluster) => cluster.Client.CoreV1.CreateNamespacedServiceAsync(new V1Service
    {
        Metadata = new V1ObjectMeta { Name = "one" },
        Spec = new V1ServiceSpec
        {
            Selector = Labels(),
            Ports = [new V1ServicePort { Name = "http", Port = 80, TargetPort = "http" }, new V1ServicePort { Name = "echo", Port = Echo, TargetPort = "echo" }],
        },
    }, "default", cancellationToken: Cancellation);

    private static Task<V1Pod> ReadyAsync(TestCluster cluster) => Eventually.AsAsync("a pod to be ready", async () =>
        (await cluster.Client.CoreV1.ListNamespacedPodAsync("default", cancellationToken: Cancellation)).Items.FirstOrDefault(pod => pod.Status?.ContainerStatuses is [{ Ready: true }]));

    private static Dictionary<string, string> Labels() => new() { ["app"] = "one" };

    private static V1PodSpec Spec() => new()
    {
        Containers =
        [
            new V1Container
            {
                Name = "main",
                Image = "example.com/pod-program:1",
                Command = [TestCluster.PodProgram],
                Ports = [new V1ContainerPort { Name = "http", ContainerPort = Web }, new V1ContainerPort { Name = "echo", ContainerPort = Echo }],
                ReadinessProbe = new V1Probe { HttpGet = new V1HTTPGetAction { Path = "/ready", Port = "http" }, PeriodSeconds = 1 },
            },
        ],
    };
}
