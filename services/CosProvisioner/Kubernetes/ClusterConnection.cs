using k8s;
using k8s.Exceptions;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Kubernetes;

/// <summary>The cluster that <c>KUBECONFIG</c> names, or the one that this process runs in, read anew each time.</summary>
/// <remarks>Keyed <see cref="DelegatingHandler"/>s under <see cref="Handlers"/> see every request.</remarks>
internal sealed class ClusterConnection(IConfiguration configuration, IServiceProvider services)
{
    public const string Handlers = "kubernetes";
    private const string Setting = "KUBECONFIG";

    /// <summary>Opens no socket yet.</summary>
    public ClusterClient Connect()
    {
        var cluster = Load();
        cluster.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        return new ClusterClient(new k8s.Kubernetes(cluster, [.. services.GetKeyedServices<DelegatingHandler>(Handlers)]));
    }

    private KubernetesClientConfiguration Load()
    {
        var named = configuration[Setting];
        if (string.IsNullOrWhiteSpace(named) && KubernetesClientConfiguration.IsInCluster())
        {
            return KubernetesClientConfiguration.InClusterConfig();
        }

        var paths = string.IsNullOrWhiteSpace(named) ? KubernetesClientConfiguration.KubeConfigDefaultLocation : named;
        var file = paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(File.Exists)
            ?? throw Unusable(paths, "the file does not exist");
        try
        {
            return KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
        }
        catch (Exception exception) when (exception is KubeConfigException or IOException or UnauthorizedAccessException
            or YamlDotNet.Core.YamlException or InvalidOperationException or FormatException)
        {
            throw Unusable(paths, exception.Message.TrimEnd('.'), exception);
        }
    }

    private static DiagnosticException Unusable(string paths, string why, Exception? inner = null) => new(
        DiagnosticCode.KubeconfigUnusable,
        paths,
        $"there is no usable kubeconfig: {why}",
        "Set KUBECONFIG to the file of a cluster; `kubectl config view` shows whether it can be read.",
        inner);
}
