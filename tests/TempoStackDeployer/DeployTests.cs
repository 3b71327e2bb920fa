using System.Net;
using k8s;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>From the manifest to reachable endpoints and back, with pods that are processes.</summary>
[Collection(SandboxCluster.Some)]
public sealed class DeployTests
{
    [Fact]
    public async Task A_stack_becomes_ready_and_reachable_and_goes_without_a_trace()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Serves);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync();
        var events = new List<StageEvent>();

        var deployed = await deployer.DeployAsync(Samples.Request(), events);

        deployed.Name.ShouldBe("simplest");
        deployed.Namespace.ShouldBe(Samples.Namespace());
        deployed.Accelerated.ShouldContainKeyAndValue("storage.trace.blocklist_poll", "2s");
        deployed.OperatorVersion.ShouldNotBeEmpty();
        deployed.TempoVersion.ShouldNotBeEmpty();
        deployed.Endpoints.ReachedBy.ShouldBe("port-forward");
        using var http = new HttpClient();
        foreach (var address in new[] { deployed.Endpoints.QueryFrontend, deployed.Endpoints.Ingester, deployed.Endpoints.Jaeger })
        {
            (await http.GetStringAsync(new Uri($"{address}/ready"), TestContext.Current.CancellationToken)).ShouldNotBeEmpty();
        }

        Ended(events).ShouldBe(["manifest", "cluster", "rights", "storage-class", "ingress-class", "nodes", "namespace", "storage-secret", "tempostack", "workloads", "services", "ready-condition", "endpoints"]);
        events.Where(@event => @event.Step == "workloads" && @event.State == StepState.Running && @event.Message.Contains("is ready", StringComparison.Ordinal)).Count().ShouldBe(5);
        var stack = await FindAsync(cluster);
        stack!.Metadata.Labels["tempocos.dev/run"].ShouldBe(Samples.Run);
        stack.Metadata.ManagedFields.ShouldContain(field => field.Manager == "tempocos" && field.Operation == "Apply");
        deployer.Outstanding().Select(entry => (entry.Kind, entry.Name, entry.State)).ShouldBe([("tempostack", $"{Samples.Namespace()}/simplest", "created")]);

        var undeployed = await deployer.UndeployAsync(Samples.Run);

        undeployed.Leftovers.ShouldBeEmpty();
        undeployed.Removed.ShouldContain($"tempostack/{Samples.Namespace()}/simplest");
        undeployed.Removed.ShouldContain(removed => removed.StartsWith("persistentvolumeclaim/", StringComparison.Ordinal));
        (await cluster.RemainsAsync()).ShouldBeEmpty();
        deployer.Outstanding().ShouldBeEmpty();
        (await cluster.Client.CoreV1.ReadNamespaceAsync(Samples.Namespace(), cancellationToken: TestContext.Current.CancellationToken)).ShouldNotBeNull("it was there before");
        await Should.ThrowAsync<HttpRequestException>(() => http.GetStringAsync(new Uri(deployed.Endpoints.QueryFrontend), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_stack_of_somebody_else_is_neither_changed_nor_deleted()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await cluster.ProvisionAsync();
        await ApplyAsync(cluster, Samples.Manifest);
        await using var deployer = await cluster.DeployerAsync();

        (await deployer.RefusalAsync(Samples.Request())).Code.ShouldBe("TC327");

        (await deployer.UndeployAsync(Samples.Run)).Removed.ShouldBeEmpty();
        (await FindAsync(cluster)).ShouldNotBeNull().Metadata.Labels?.ContainsKey("tempocos.dev/run").ShouldNotBe(true);
    }

    [Fact]
    public async Task The_volume_of_an_earlier_stack_is_not_taken_over()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await cluster.ProvisionAsync();
        await cluster.Client.CoreV1.CreateNamespacedPersistentVolumeClaimAsync(
            new V1PersistentVolumeClaim
            {
                Metadata = new V1ObjectMeta
                {
                    Name = "data-tempo-simplest-ingester-0",
                    Labels = new Dictionary<string, string> { ["app.kubernetes.io/name"] = "tempo", ["app.kubernetes.io/instance"] = "simplest" },
                },
                Spec = new V1PersistentVolumeClaimSpec
                {
                    AccessModes = ["ReadWriteOnce"],
                    Resources = new V1VolumeResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new("1Gi") } },
                },
            },
            Samples.Namespace(), cancellationToken: TestContext.Current.CancellationToken);
        await using var deployer = await cluster.DeployerAsync();

        var refusal = await deployer.RefusalAsync(Samples.Request());

        refusal.Code.ShouldBe("TC328");
        refusal.Value.ShouldContain("data-tempo-simplest-ingester-0");
        (await FindAsync(cluster)).ShouldBeNull();
    }

    [Fact]
    public async Task Fields_of_another_manager_are_reported_and_not_taken()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await cluster.ProvisionAsync();
        await ApplyAsync(cluster, Samples.Manifest.Replace("name: simplest", $"name: simplest\n  labels: {{tempocos.dev/run: {Samples.Run}}}", StringComparison.Ordinal)
            .Replace("200M", "1G", StringComparison.Ordinal));
        await using var deployer = await cluster.DeployerAsync();

        var refusal = await deployer.RefusalAsync(Samples.Request());

        refusal.Code.ShouldBe("TC326");
        refusal.Reason.ShouldContain("storageSize");
        (await FindAsync(cluster))!.Spec!["storageSize"]!.ToString().ShouldBe("1G");
    }

    [Fact]
    public async Task An_https_store_is_spoken_to_by_tls_without_being_asked_and_that_is_said()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await cluster.ProvisionAsync(endpoint: "https://s3.us-east.cloud-object-storage.appdomain.cloud");
        await using var deployer = await cluster.DeployerAsync();
        var events = new List<StageEvent>();
        var request = Samples.Request(seconds: 3);

        (await deployer.RefusalAsync(request, events)).Code.ShouldBe("TC339");

        events.ShouldContain(@event => @event.Step == "storage-secret" && @event.Message.Contains("set spec.storage.tls.enabled: true", StringComparison.Ordinal));
        (await FindAsync(cluster))!.Spec!["storage"]!["tls"]!["enabled"]!.GetValue<bool>().ShouldBeTrue();
        events.ShouldAllBe(@event => !@event.ToString().Contains("hidden-word", StringComparison.Ordinal));
        (await deployer.UndeployAsync(Samples.Run)).Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_manifest_that_the_cluster_refuses_says_which_field()
    {
        await using var cluster = await SandboxCluster.StartAsync(PodProgram.Idles);
        await cluster.ProvisionAsync();
        await using var deployer = await cluster.DeployerAsync(() => new Answering(
            request => request.Method == HttpMethod.Patch ? HttpStatusCode.UnprocessableEntity : null,
            """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"invalid","details":{"causes":[{"field":"spec.replicationFactor","message":"must be an integer"}]}}"""));

        var refusal = await deployer.RefusalAsync(Samples.Request());

        refusal.Code.ShouldBe("TC325");
        refusal.Reason.ShouldContain("spec.replicationFactor: must be an integer");
    }

    private static IEnumerable<string> Ended(IEnumerable<StageEvent> events) => events.Where(@event => @event.State == StepState.Succeeded).Select(@event => @event.Step);

    private static async Task<TempoStack?> FindAsync(SandboxCluster cluster)
    {
        using var connection = new ClusterConnection(new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig)), "", false);
        return await StackApply.FindAsync(connection, Samples.Namespace(), "simplest", TestContext.Current.CancellationToken);
    }

    private static Task<object> ApplyAsync(SandboxCluster cluster, string manifest)
    {
        var document = YamlDocument(manifest);
        return cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync(
            new V1Patch(document, V1Patch.PatchType.ApplyPatch), TempoStack.Group, TempoStack.Version, Samples.Namespace(), TempoStack.Plural, "simplest",
            fieldManager: "somebody", cancellationToken: TestContext.Current.CancellationToken);
    }

    private static System.Text.Json.Nodes.JsonNode YamlDocument(string manifest)
    {
        var stream = new YamlDotNet.RepresentationModel.YamlStream();
        stream.Load(new StringReader(manifest));
        return TempoStackDeployer.Manifests.YamlJson.Convert(stream.Documents[0].RootNode)!;
    }
}
