using System.Text;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TempoCos.Cluster;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api.Faults;
using TempoCos.Cluster.Kubelet.Images;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>A small cluster in this process, with directories that go with it.</summary>
internal sealed class SandboxCluster : IAsyncDisposable
{
    /// <summary>Collection of tests that start clusters. A stack is seven processes: they are in two collections that take as long as each other, so that there are never more than two stacks, whatever the machine.</summary>
    public const string Some = "some clusters";

    /// <summary>The other collection of tests that start clusters.</summary>
    public const string Others = "other clusters";

    private readonly DirectoryInfo _directory;
    private readonly WebApplication _app;

    private SandboxCluster(DirectoryInfo directory, WebApplication app, FaultList faults)
    {
        _directory = directory;
        _app = app;
        Faults = faults;
        Client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig));
    }

    public string Kubeconfig => Path.Combine(_directory.FullName, "kubeconfig");

    /// <summary>A home for deployers; it outlives each of them.</summary>
    public string Home => Path.Combine(_directory.FullName, "home");

    public Kubernetes Client { get; }

    /// <summary>A token of a service account, which may be over already.</summary>
    public string Token(string ns, string account, TimeSpan lifetime) => _app.Services.GetRequiredService<ServiceAccountTokens>().Issue(ns, account, "", lifetime);

    /// <summary>What goes wrong at the API server.</summary>
    public FaultList Faults { get; }

    /// <param name="program">What the pods' containers run; the sandbox's own Tempo when null.</param>
    /// <param name="withOperator">Whether the operator and its resource are there.</param>
    /// <param name="featureGates">What of the operator is switched on.</param>
    /// <param name="images">What stands for which images, as the option --image has it.</param>
    public static async Task<SandboxCluster> StartAsync(PodProgram? program, bool withOperator = true, string[]? featureGates = null, string[]? images = null)
    {
        var directory = Directory.CreateTempSubdirectory("tempocos-deployer-");
        var options = new ClusterOptions
        {
            DataDirectory = Path.Combine(directory.FullName, "cluster"),
            Kubeconfig = Path.Combine(directory.FullName, "kubeconfig"),
            Operator = withOperator,
            FeatureGates = featureGates ?? [],
            Images = [.. (images ?? []).Select(ImageProgram.Parse)],
            TempoProgram = program?.WriteTo(directory.FullName),
        };
        var app = ClusterApp.Create(options);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new SandboxCluster(directory, app, options.Faults);
    }

    public Task<RunningDeployer> DeployerAsync(Func<DelegatingHandler>? handler = null, params (string Key, string Value)[] configuration) =>
        RunningDeployer.StartAsync(Home, Kubeconfig, handler, configuration.ToDictionary(pair => pair.Key, pair => (string?)pair.Value));

    /// <summary>What the provisioner leaves behind for the deployer: the namespace and the Secret.</summary>
    public async Task ProvisionAsync(string run = Samples.Run, string endpoint = "http://127.0.0.1:1")
    {
        await Client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = Samples.Namespace(run) } }, cancellationToken: TestContext.Current.CancellationToken);
        await CreateSecretAsync(run, endpoint);
    }

    public Task CreateSecretAsync(string run = Samples.Run, string endpoint = "http://127.0.0.1:1") => Client.CoreV1.CreateNamespacedSecretAsync(
        new V1Secret
        {
            Metadata = new V1ObjectMeta { Name = "ibm-cos-secret" },
            Data = new Dictionary<string, string>
            {
                ["endpoint"] = endpoint,
                ["bucket"] = "traces",
                ["access_key_id"] = "some-key-id",
                ["access_key_secret"] = "hidden-word",
            }.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetBytes(pair.Value)),
        },
        Samples.Namespace(run), cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>What is there of stacks: <c>kind/namespace/name</c>; and namespaces that a run made.</summary>
    public async Task<IReadOnlyList<string>> RemainsAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        var namespaces = (await Client.CoreV1.ListNamespaceAsync(labelSelector: "tempocos.dev/run", cancellationToken: stop)).Items.Select(item => $"namespace/{item.Metadata.Name}");
        var pods = Names("pod", (await Client.CoreV1.ListPodForAllNamespacesAsync(cancellationToken: stop)).Items);
        var claims = Names("claim", (await Client.CoreV1.ListPersistentVolumeClaimForAllNamespacesAsync(cancellationToken: stop)).Items);
        var deployments = Names("deployment", (await Client.AppsV1.ListDeploymentForAllNamespacesAsync(cancellationToken: stop)).Items);
        var statefulSets = Names("statefulset", (await Client.AppsV1.ListStatefulSetForAllNamespacesAsync(cancellationToken: stop)).Items);
        return [.. namespaces, .. pods, .. claims, .. deployments, .. statefulSets];

        static IEnumerable<string> Names<T>(string kind, IEnumerable<T> items)
            where T : IMetadata<V1ObjectMeta> =>
            items.Where(item => item.Metadata.NamespaceProperty?.StartsWith("tempocos-", StringComparison.Ordinal) == true)
                .Select(item => $"{kind}/{item.Metadata.NamespaceProperty}/{item.Metadata.Name}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
