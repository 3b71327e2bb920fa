using System.Net;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Exceptions;
using k8s.Models;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>Reads the Secret that Tempo reads, from the cluster that KUBECONFIG names, else from the one that this process runs in.</summary>
internal sealed class BucketSecrets(IConfiguration configuration, IOptions<VerifierOptions> options)
{
    /// <exception cref="DiagnosticException">The cluster does not answer, or the Secret is missing or incomplete.</exception>
    public async Task<BucketSecret> ReadAsync(BucketReference reference, CancellationToken ct)
    {
        var name = $"{reference.Namespace}/{reference.SecretName}";
        var secret = await GetAsync(reference, name, ct);
        var endpoint = Field(secret, name, "endpoint");
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new DiagnosticException("TC222", endpoint, $"The endpoint in Secret {name} is not an absolute URL", "Write it with scheme, such as https://s3.us-east.cloud-object-storage.appdomain.cloud.");
        }

        return new BucketSecret(uri, Field(secret, name, "bucket"), Field(secret, name, "access_key_id"), Field(secret, name, "access_key_secret"));
    }

    private async Task<V1Secret> GetAsync(BucketReference reference, string name, CancellationToken ct)
    {
        var cluster = Configuration();
        cluster.HttpClientTimeout = options.Value.RequestTimeout;
        using var client = new Kubernetes(cluster);
        try
        {
            return await client.CoreV1.ReadNamespacedSecretAsync(reference.SecretName, reference.Namespace, cancellationToken: ct);
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.NotFound)
        {
            throw new DiagnosticException("TC221", name, "The Secret that holds the bucket's endpoint and key does not exist", "Provision the bucket first, or name the Secret that Tempo uses.", exception);
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new DiagnosticException("TC302", name, "The cluster does not allow reading the storage Secret", "Give the account of the kubeconfig 'get' on secrets in that namespace.", exception);
        }
        catch (HttpOperationException exception)
        {
            throw new DiagnosticException("TC303", name, $"The cluster answered {(int)exception.Response.StatusCode} when asked for the storage Secret", "Look at the API server.", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new DiagnosticException("TC301", cluster.Host, $"The cluster does not answer: {exception.Message.TrimEnd('.')}", "Check KUBECONFIG and that the API server is reachable.", exception);
        }
    }

    private KubernetesClientConfiguration Configuration()
    {
        var path = configuration["KUBECONFIG"];
        try
        {
            return string.IsNullOrEmpty(path) && KubernetesClientConfiguration.IsInCluster()
                ? KubernetesClientConfiguration.InClusterConfig()
                : KubernetesClientConfiguration.BuildConfigFromConfigFile(string.IsNullOrEmpty(path) ? null : path);
        }
        catch (Exception exception) when (exception is KubeConfigException or IOException or UnauthorizedAccessException or YamlDotNet.Core.YamlException or FormatException)
        {
            throw new DiagnosticException("TC306", path ?? "KUBECONFIG", $"The kubeconfig cannot be used: {exception.Message.TrimEnd('.')}", "Set KUBECONFIG to a readable kubeconfig file.", exception);
        }
    }

    private static string Field(V1Secret secret, string name, string key) =>
        secret.Data?.TryGetValue(key, out var value) == true && value.Length > 0
            ? Encoding.UTF8.GetString(value).Trim()
            : throw new DiagnosticException("TC221", name, $"The storage Secret has no \"{key}\"", "It needs endpoint, bucket, access_key_id and access_key_secret, as Tempo does.");
}
