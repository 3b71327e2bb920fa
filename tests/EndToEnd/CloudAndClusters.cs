using Microsoft.AspNetCore.Builder;
using TempoCos.Cluster;
using TempoCos.Cluster.Startup;
using TempoCos.IbmCloud;

namespace TempoCos.EndToEnd.Tests;

/// <summary>A cloud account and two clusters that no AppHost knows more of than addresses and credentials: one with the Tempo operator, one without.</summary>
public sealed class CloudAndClusters : IAsyncLifetime
{
    public const string ApiKey = "an-api-key-of-the-cloud-account-0123456789ab";

    /// <summary>A context that stands in a file of its own, beside that of the cluster.</summary>
    public const string Context = "proofs";

    private readonly string _directory = Directory.CreateTempSubdirectory("tempocos-cloud-").FullName;
    private readonly List<WebApplication> _apps = [];

    /// <summary>Of the cluster with the operator, by way of <see cref="Context"/> only.</summary>
    public string Kubeconfig => $"{Path.Combine(_directory, "contexts")}{Path.PathSeparator}{ClusterFile}";

    public string KubeconfigWithoutOperator => Path.Combine(_directory, "bare");

    private string ClusterFile => Path.Combine(_directory, "cluster");

    private Uri Cloud => new(_apps[0].Urls.First());

    public async ValueTask InitializeAsync()
    {
        _apps.Add(IbmCloudApp.Create(new IbmCloudOptions { DataDirectory = Path.Combine(_directory, "data-cloud"), ApiKeys = [ApiKey], LogLevel = Microsoft.Extensions.Logging.LogLevel.Warning }));
        foreach (var (kubeconfig, withOperator) in (IEnumerable<(string, bool)>)[(ClusterFile, true), (KubeconfigWithoutOperator, false)])
        {
            _apps.Add(ClusterApp.Create(new ClusterOptions
            {
                DataDirectory = $"{_directory}/data-{Path.GetFileName(kubeconfig)}",
                Kubeconfig = kubeconfig,
                Operator = withOperator,
                Secrets = [SeedSecret.Parse($"kube-system/qe-ibmcloud-creds:apiKey={ApiKey}")],
            }));
        }

        await Task.WhenAll(_apps.Select(app => app.StartAsync(TestContext.Current.CancellationToken)));
        await File.WriteAllTextAsync(Path.Combine(_directory, "contexts"), $$$"""
            apiVersion: v1
            kind: Config
            current-context: elsewhere
            contexts: [{name: {{{Context}}}, context: {cluster: tempocos, user: tempocos}}]
            """);
    }

    /// <summary>An AppHost whose cloud and cluster these are. An API key of the developer's own environment is not used.</summary>
    public async Task<RunningAppHost> StartAppHostAsync(string kubeconfig, string apiKey, params string[] args)
    {
        var apphost = await RunningAppHost.StartAsync([.. Arguments(Cloud, kubeconfig, apiKey), .. args]);
        await apphost.HealthyAsync("pipeline");
        return apphost;
    }

    /// <summary>What an AppHost is told of a cloud and a cluster.</summary>
    internal static IEnumerable<string> Arguments(Uri cloud, string kubeconfig, string apiKey) =>
    [
        "--no-run",
        "--TempoCos:Target=cloud",
        $"--IbmCloud:IamUrl={cloud}_/iam",
        $"--IbmCloud:ResourceControllerUrl={cloud}_/resource-controller",
        $"--IbmCloud:EndpointsUrl={cloud}_/control/v2/endpoints",
        $"--IbmCloud:ConfigUrl={cloud}_/config/v1",
        $"--KUBECONFIG={kubeconfig}",
        $"--Parameters:ibm-cloud-api-key={apiKey}",
    ];

    /// <summary>What stands in the cloud and in both clusters that a run could have made.</summary>
    public async Task<IReadOnlyList<string>> InventoryAsync() =>
        [.. await SandboxInventory.OfAsync(Cloud, ClusterFile), .. await SandboxInventory.OfClusterAsync(KubeconfigWithoutOperator)];

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }
}
