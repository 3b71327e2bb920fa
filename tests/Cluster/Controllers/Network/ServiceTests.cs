using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests.Controllers.Network;

public sealed class ServiceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_has_an_address_of_its_own_that_stays()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var services = new List<V1Service>();
        foreach (var name in (string[])["one", "two", "three"])
        {
            services.Add(await CreateAsync(cluster, name, _ => { }));
        }

        services.ShouldAllBe(service => service.Spec.ClusterIP.StartsWith("10.96.", StringComparison.Ordinal) && service.Spec.ClusterIPs[0] == service.Spec.ClusterIP);
        services.Select(service => service.Spec.ClusterIP).Distinct().Count().ShouldBe(3);
        var patched = await cluster.Client.CoreV1.PatchNamespacedServiceAsync(new V1Patch("""{"metadata":{"labels":{"a":"b"}}}""", V1Patch.PatchType.MergePatch), "one", "default", cancellationToken: Cancellation);
        patched.Spec.ClusterIP.ShouldBe(services[0].Spec.ClusterIP);

        var refused = await TestCluster.RefusedAsync(() => CreateAsync(cluster, "four", service => service.Spec.ClusterIP = services[0].Spec.ClusterIP));
        refused.Code.ShouldBe(422);
        refused.Message.ShouldContain("provided IP is already allocated");
        (await CreateAsync(cluster, "headless", service => service.Spec.ClusterIP = "None")).Spec.ClusterIP.ShouldBe("None");
    }

    [Fact]
    public async Task Slices_show_each_pod_and_whether_it_is_ready()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        await CreateAsync(cluster, "web", _ => { });
        await CreateAsync(cluster, "all", service =>
        {
            service.Spec.ClusterIP = "None";
            service.Spec.PublishNotReadyAddresses = true;
        });
        await SlicesAsync("web", slices => slices is [{ Endpoints.Count: 0 }]);

        await cluster.Client.CoreV1.CreateNamespacedPodAsync(Pod("ready", "/ready"), "default", cancellationToken: Cancellation);
        await cluster.Client.CoreV1.CreateNamespacedPodAsync(Pod("never", null), "default", cancellationToken: Cancellation);
        var slices = await SlicesAsync("web", slices => slices.Count == 2 && slices.Any(slice => slice.Endpoints[0].Conditions.Ready == true));
        slices.ShouldAllBe(slice => slice.AddressType == "IPv4" && slice.Ports.Count == 1 && slice.Ports[0].Name == "http" && slice.Endpoints[0].TargetRef.Kind == "Pod");
        slices.Single(slice => slice.Endpoints[0].TargetRef.Name == "never").Endpoints[0].Conditions.Ready.ShouldBe(false);
        var all = await SlicesAsync("all", slices => slices.Count == 2);
        all.ShouldAllBe(slice => slice.Endpoints[0].Conditions.Ready == true && slice.Metadata.Labels.ContainsKey("service.kubernetes.io/headless"));

        await cluster.Client.CoreV1.DeleteNamespacedPodAsync("never", "default", cancellationToken: Cancellation);
        await SlicesAsync("web", slices => slices is [var only] && only.Endpoints[0].TargetRef.Name == "ready");
        await cluster.Client.CoreV1.DeleteCollectionNamespacedServiceAsync("default", fieldSelector: "metadata.name=web", cancellationToken: Cancellation);
        await SlicesAsync("web", slices => slices.Count == 0);

        Task<IList<V1EndpointSlice>> SlicesAsync(string service, Predicate<IList<V1EndpointSlice>> wanted) => Eventually.AsAsync($"slices of {service}", async () =>
        {
            var items = (await cluster.Client.DiscoveryV1.ListNamespacedEndpointSliceAsync("default", labelSelector: $"kubernetes.io/service-name={service}", cancellationToken: Cancellation)).Items;
            foreach (var slice in items)
            {
                slice.Endpoints ??= [];
            }

            return wanted(items) ? items : null;
        });
    }

    [Fact]
    public async Task A_name_outside_of_the_cluster_is_kept_with_a_warning()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { Operator = false });
        var service = await CreateAsync(cluster, "store", service =>
        {
            service.Spec.Type = "ExternalName";
            service.Spec.ExternalName = "store.example.com";
            service.Spec.Selector = null;
        });
        service.Spec.ClusterIP.ShouldBeNull();
        var told = await Eventually.AsAsync("the warning", async () => (await cluster.Client.CoreV1.ListNamespacedEventAsync("default", cancellationToken: Cancellation)).Items.FirstOrDefault());
        told.Reason.ShouldBe("ExternalNameNotSupported");
        told.Message.ShouldContain("use store.example.com itself");
    }

    private static Task<V1Service> CreateAsync(TestCluster cluster, string name, Action<V1Service> change)
    {
        var service = new V1Service
        {
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new V1ServiceSpec { Selector = new Dictionary<string, string> { ["app"] = "web" }, Ports = [new V1ServicePort { Name = "http", Port = 80, TargetPort = "http" }] },
        };
        change(service);
        return cluster.Client.CoreV1.CreateNamespacedServiceAsync(service, "default", cancellationToken: Cancellation);
    }

    /// <summary>A pod that answers; without a path to ask, one that never is ready.</summary>
    public static V1Pod Pod(string name, string? ready) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["app"] = "web" } },
        Spec = new V1PodSpec
        {
            TerminationGracePeriodSeconds = 1,
            Containers =
            [
                new V1Container
                {
                    Name = "main",
                    Image = "some/image:1",
                    Command = [TestCluster.PodProgram],
                    Ports = [new V1ContainerPort { Name = "http", ContainerPort = 8080 }],
                    ReadinessProbe = ready is null
                        ? new V1Probe { TcpSocket = new V1TCPSocketAction { Port = 1 } }
                        : new V1Probe { HttpGet = new V1HTTPGetAction { Path = ready, Port = "http" }, PeriodSeconds = 1 },
                },
            ],
        },
    };
}
