using System.Net;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults.Clusters;

namespace TempoCos.QueryVerifier.Bucket;

/// <summary>Reads the Secret that Tempo reads, from the cluster that the configuration names.</summary>
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
        var access = ClusterAccess.Of(configuration);
        var server = access.Configuration.Host;
        access.Configuration.HttpClientTimeout = options.Value.RequestTimeout;
        using var client = await access.ConnectAsync([], ct);
        try
        {
            return await client.CoreV1.ReadNamespacedSecretAsync(reference.SecretName, reference.Namespace, cancellationToken: ct);
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.NotFound)
        {
            throw new DiagnosticException("TC221", name, "The Secret that holds the bucket's endpoint and key does not exist", "Provision the bucket first, or name the Secret that Tempo uses.", exception);
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.Unauthorized)
        {
            throw new DiagnosticException("TC307", server, "The cluster refuses the credentials", "Log in to the cluster again, or choose another context by Kubernetes__Context.", exception);
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.Forbidden)
        {
            throw new DiagnosticException("TC309", name, "The cluster does not allow reading the storage Secret", "Give the account of the kubeconfig 'get' on secrets in that namespace.", exception);
        }
        catch (HttpOperationException exception)
        {
            throw new DiagnosticException("TC310", name, $"The cluster answered {(int)exception.Response.StatusCode} when asked for the storage Secret", "Look at the API server.", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new DiagnosticException("TC308", server, $"The cluster does not answer: {exception.Message.TrimEnd('.')}", "Check KUBECONFIG and that the API server is reachable.", exception);
        }
    }

    private static string Field(V1Secret secret, string name, string key) =>
        secret.Data?.TryGetValue(key, out var value) == true && value.Length > 0
            ? Encoding.UTF8.GetString(value).Trim()
            : throw new DiagnosticException("TC221", name, $"The storage Secret has no \"{key}\"", "It needs endpoint, bucket, access_key_id and access_key_secret, as Tempo does.");
}
