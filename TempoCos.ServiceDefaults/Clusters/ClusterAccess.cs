using System.Security.Cryptography;
using k8s;
using k8s.Exceptions;
using Microsoft.Extensions.Configuration;
using TempoCos.Contracts;
using YamlDotNet.Core;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>
/// How to reach the cluster that the configuration names: the files of <c>KUBECONFIG</c>, else the pod's service account, else <c>~/.kube/config</c>;
/// <c>Kubernetes:Context</c> chooses another context than the current one. Read anew each time, so that a cluster may come up after the service.
/// </summary>
public sealed class ClusterAccess
{
    private const string Code = "TC306";
    private const string Setting = "KUBECONFIG";
    private const string ContextSetting = "Kubernetes:Context";
    private readonly string _source;

    private ClusterAccess(KubernetesClientConfiguration configuration, bool inCluster, string source)
    {
        Configuration = configuration;
        InCluster = inCluster;
        _source = source;
    }

    /// <summary>Address and credentials; a service may set time-outs on it before it connects.</summary>
    public KubernetesClientConfiguration Configuration { get; }

    /// <summary>This process runs in a pod of the cluster, so that Services are reachable by name.</summary>
    public bool InCluster { get; }

    /// <exception cref="DiagnosticException">No cluster is configured, or the kubeconfig is not usable.</exception>
    public static ClusterAccess Of(IConfiguration configuration)
    {
        var context = configuration[ContextSetting]?.Trim() ?? "";
        if (configuration[Setting] is { } named && !string.IsNullOrWhiteSpace(named))
        {
            return FromFiles(named, context);
        }

        if (KubernetesClientConfiguration.IsInCluster())
        {
            const string Account = "the pod's service account";
            return new ClusterAccess(Usable(Account, KubernetesClientConfiguration.InClusterConfig), true, Account);
        }

        var home = KubernetesClientConfiguration.KubeConfigDefaultLocation;
        return File.Exists(home)
            ? FromFiles(home, context)
            : throw new DiagnosticException(
                Code, $"{Setting} is not set", "No cluster is configured",
                $"Set {Setting} to a kubeconfig file (there is none at {home} either), or run inside a cluster.");
    }

    /// <summary>A client; it opens no socket yet. <paramref name="handlers"/> see every request, the first of them first.</summary>
    /// <exception cref="DiagnosticException">The credentials of the kubeconfig cannot be read.</exception>
    public Kubernetes Connect(params DelegatingHandler[] handlers) => Usable(_source, () => new Kubernetes(Configuration, handlers));

    private static ClusterAccess FromFiles(string paths, string context)
    {
        var files = paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(path => new FileInfo(path)).Where(file => file.Exists).ToArray();
        if (files.Length == 0)
        {
            throw new DiagnosticException(
                Code, paths, "The kubeconfig file does not exist", $"Set {Setting} to a file that exists; `kubectl config view` shows what kubectl uses.");
        }

        var source = context.Length > 0 ? $"{paths}, context {context}" : paths;
        return new ClusterAccess(
            Usable(source, () => KubernetesClientConfiguration.BuildConfigFromConfigObject(KubeconfigFiles.Merge(files), context.Length > 0 ? context : null)), false, source);
    }

    private static T Usable<T>(string source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is KubeConfigException or YamlException or IOException or UnauthorizedAccessException
            or FormatException or InvalidOperationException or CryptographicException)
        {
            throw new DiagnosticException(
                Code, source, $"The kubeconfig is not usable: {exception.Message.TrimEnd('.')}",
                "`kubectl config get-contexts` lists the contexts; choose one by Kubernetes__Context, or repair the file.", exception);
        }
    }
}
