using System.Net;
using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using YamlDotNet.Core;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>
/// Connects to the cluster that the configuration names: KUBECONFIG, else the pod's service account, else <c>~/.kube/config</c>.
/// The configuration is read anew for each connection, so that a cluster may come up after the service.
/// </summary>
/// <param name="options">Paths and context.</param>
/// <param name="time">Paces retries.</param>
/// <param name="handlers">Makes handlers that see every request as it goes out.</param>
internal sealed class ClusterConnector(IOptions<DeployerOptions> options, TimeProvider time, IEnumerable<Func<DelegatingHandler>> handlers)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public ClusterConnection Connect()
    {
        var (configuration, inCluster) = Configuration();
        configuration.FirstMessageHandlerSetup = handler =>
        {
            handler.ConnectTimeout = ConnectTimeout;
            handler.AutomaticDecompression = DecompressionMethods.All;
        };
        configuration.UserAgent = RunLabels.FieldManager;
        try
        {
            return new ClusterConnection(
                new Kubernetes(configuration, [new FaultHandler(configuration.Host, time), .. handlers.Select(make => make())]), configuration.Host, inCluster);
        }
        catch (KubeConfigException exception)
        {
            throw Unusable(configuration.Host ?? "(no server)", exception);
        }
    }

    private (KubernetesClientConfiguration Configuration, bool InCluster) Configuration()
    {
        if (!string.IsNullOrWhiteSpace(options.Value.KubeConfig))
        {
            return (FromFiles(options.Value.KubeConfig), false);
        }

        if (KubernetesClientConfiguration.IsInCluster())
        {
            return (KubernetesClientConfiguration.InClusterConfig(), true);
        }

        var home = KubernetesClientConfiguration.KubeConfigDefaultLocation;
        return File.Exists(home)
            ? (FromFiles(home), false)
            : throw new DiagnosticException(
                Codes.KubeConfig, "KUBECONFIG is not set", "No cluster is configured",
                $"Set KUBECONFIG to a kubeconfig file (there is none at {home} either), or run inside a cluster.");
    }

    private KubernetesClientConfiguration FromFiles(string paths)
    {
        var files = paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(path => new FileInfo(path)).ToArray();
        var existing = files.Where(file => file.Exists).ToArray();
        if (existing.Length == 0)
        {
            throw new DiagnosticException(
                Codes.KubeConfig, paths, "The kubeconfig file does not exist", "Set KUBECONFIG to a file that exists; `kubectl config view` shows what kubectl uses.");
        }

        try
        {
            return KubernetesClientConfiguration.BuildConfigFromConfigObject(
                Merge(existing), string.IsNullOrWhiteSpace(options.Value.Context) ? null : options.Value.Context);
        }
        catch (Exception exception) when (exception is KubeConfigException or YamlException or IOException or UnauthorizedAccessException or FormatException)
        {
            throw Unusable(options.Value.Context is { Length: > 0 } context ? $"{paths}, context {context}" : paths, exception);
        }
    }

    /// <summary>As kubectl merges: the first file that names a thing decides.</summary>
    private static K8SConfiguration Merge(IEnumerable<FileInfo> files)
    {
        var loaded = files.Select(file => KubernetesClientConfiguration.LoadKubeConfig(file)).ToArray();
        return loaded.Length == 1
            ? loaded[0]
            : new K8SConfiguration
            {
                ApiVersion = loaded[0].ApiVersion,
                Kind = loaded[0].Kind,
                CurrentContext = loaded.Select(file => file.CurrentContext).FirstOrDefault(context => !string.IsNullOrEmpty(context)),
                Clusters = [.. loaded.SelectMany(file => file.Clusters ?? []).DistinctBy(cluster => cluster.Name)],
                Contexts = [.. loaded.SelectMany(file => file.Contexts ?? []).DistinctBy(context => context.Name)],
                Users = [.. loaded.SelectMany(file => file.Users ?? []).DistinctBy(user => user.Name)],
            };
    }

    private static DiagnosticException Unusable(string value, Exception exception) => new(
        Codes.KubeConfig, value, $"The kubeconfig is not usable: {exception.Message.TrimEnd('.')}",
        "`kubectl config get-contexts` lists the contexts; choose one by Kubernetes__Context, or repair the file.", exception);
}
