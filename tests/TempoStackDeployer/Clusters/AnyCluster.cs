using k8s;
using k8s.Models;

namespace TempoCos.TempoStackDeployer.Tests.Clusters;

/// <summary>The sandbox's cluster, or the one that TEMPOCOS_KUBECONFIG names, with a namespace of its own in it that goes with it.</summary>
internal sealed class AnyCluster : IAsyncDisposable
{
    public const string Sandbox = "sandbox";
    public const string Named = "TEMPOCOS_KUBECONFIG";

    private readonly SandboxCluster? _sandbox;
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("tempocos-any-");
    private readonly TestKubeconfig _kubeconfigs = new();

    private AnyCluster(SandboxCluster? sandbox, string kubeconfig)
    {
        _sandbox = sandbox;
        Kubeconfig = kubeconfig;
        Client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
    }

    public Kubernetes Client { get; }

    public string Kubeconfig { get; }

    public string Home => _home.FullName;

    public string Run { get; } = $"r{Guid.NewGuid():N}"[..11];

    public string Namespace => Samples.Namespace(Run);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<AnyCluster> OpenAsync(string which, bool withNamespace = true)
    {
        var named = Environment.GetEnvironmentVariable(Named);
        Assert.SkipWhen(which == Named && string.IsNullOrEmpty(named), $"skipped: no cluster ({Named} names none)");
        var sandbox = which == Named ? null : await SandboxCluster.StartAsync(PodProgram.Idles);
        var cluster = new AnyCluster(sandbox, sandbox?.Kubeconfig ?? named!);
        if (withNamespace)
        {
            await cluster.Client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = cluster.Namespace } }, cancellationToken: Stop);
        }

        return cluster;
    }

    /// <summary>A kubeconfig of this cluster for somebody else, such as <c>token: word</c>.</summary>
    public string KubeconfigOf(string user)
    {
        var cluster = KubernetesClientConfiguration.LoadKubeConfig(Kubeconfig).Clusters.Single().ClusterEndpoint;
        return _kubeconfigs.WriteOne(cluster.Server, user, $"certificate-authority-data: {cluster.CertificateAuthorityData}", Guid.NewGuid().ToString("N"));
    }

    /// <summary>A service account of the namespace, and its token.</summary>
    public async Task<(string User, string Token)> AccountAsync(string name)
    {
        await Client.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = name } }, Namespace, cancellationToken: Stop);
        var token = await Client.CoreV1.CreateNamespacedServiceAccountTokenAsync(
            new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec { Audiences = [], ExpirationSeconds = 600 } }, name, Namespace, cancellationToken: Stop);
        return ($"system:serviceaccount:{Namespace}:{name}", token.Status.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_sandbox is null && (await Client.CoreV1.ListNamespaceAsync(fieldSelector: $"metadata.name={Namespace}")).Items.Count > 0)
        {
            await Client.CoreV1.DeleteNamespaceAsync(Namespace);
        }

        Client.Dispose();
        _kubeconfigs.Dispose();
        _home.Delete(recursive: true);
        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }
    }
}
