using System.Text.Json.Nodes;
using k8s;
using TempoCos.Cluster;
using TempoCos.IbmCloud;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>A cloud and a cluster of one test, in this process, reached over the wire.</summary>
internal sealed class Sandbox : IAsyncDisposable
{
    public const string ApiKey = "sandbox-api-key-0123456789abcdefghijklmnopqrs";

    /// <summary>Of an instance that has nothing to do with runs: the emulator as a store for anybody.</summary>
    public static readonly HmacSeed Hmac = new("any-access-key", "any-secret-key-0123456789abcdef");

    private readonly WebApplication _cloud;
    private readonly WebApplication _cluster;
    private readonly HttpClient _http = new();

    private Sandbox(TemporaryDirectory directory, WebApplication cloud, WebApplication cluster)
    {
        Directory = directory;
        _cloud = cloud;
        _cluster = cluster;
        Kubernetes = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig));
    }

    public TemporaryDirectory Directory { get; }

    public string Kubeconfig => Path.Combine(Directory.Path, "kubeconfig");

    public string Url => _cloud.Urls.First().TrimEnd('/');

    public k8s.Kubernetes Kubernetes { get; }

    public static async Task<Sandbox> StartAsync(Knobs? knobs = null, params string[] secrets)
    {
        var directory = new TemporaryDirectory();
        var cloud = IbmCloudApp.Create(new IbmCloud.IbmCloudOptions
        {
            DataDirectory = directory.Sub("cloud"),
            ApiKeys = [ApiKey],
            Hmac = [Hmac],
            Knobs = knobs ?? new Knobs(),
            LogLevel = LogLevel.Error,
        });
        var cluster = ClusterApp.Create(new ClusterOptions
        {
            DataDirectory = directory.Sub("cluster"),
            Kubeconfig = Path.Combine(directory.Path, "kubeconfig"),
            Secrets = [.. secrets.Select(Cluster.Startup.SeedSecret.Parse)],
        });
        await cloud.StartAsync(TestContext.Current.CancellationToken);
        await cluster.StartAsync(TestContext.Current.CancellationToken);
        return new Sandbox(directory, cloud, cluster);
    }

    /// <summary>Everything that exists in the account, as the sandbox tells it, without the memory of what is gone.</summary>
    public async Task<string> InventoryAsync()
    {
        var text = await _http.GetStringAsync(new Uri($"{Url}/_/admin/inventory"), TestContext.Current.CancellationToken);
        var inventory = JsonNode.Parse(text)!.AsObject();
        inventory.Remove("instancesByState").ShouldBeTrue();
        var instances = inventory["resourceInstances"]!.AsArray();
        instances.RemoveAll(instance => instance!["state"]!.GetValue<string>() == "removed");
        return inventory.ToJsonString();
    }

    public async Task<IReadOnlyList<string>> NamespacesAsync()
    {
        var namespaces = await Kubernetes.CoreV1.ListNamespaceAsync(cancellationToken: TestContext.Current.CancellationToken);
        return [.. namespaces.Items.Select(item => item.Metadata.Name).Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        Kubernetes.Dispose();
        foreach (var app in (WebApplication[])[_cluster, _cloud])
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }

        Directory.Dispose();
    }
}
