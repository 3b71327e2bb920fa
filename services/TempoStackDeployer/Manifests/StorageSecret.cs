using System.Net;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>The Secret that tells Tempo where its bucket is. The credentials are kept only to blot them out of what is shown.</summary>
internal sealed class StorageSecret
{
    private static readonly string[] Required = ["endpoint", "bucket", "access_key_id", "access_key_secret"];

    private readonly string[] _credentials;

    private StorageSecret(Uri endpoint, string bucket, string[] credentials)
    {
        Endpoint = endpoint;
        Bucket = bucket;
        _credentials = credentials;
    }

    public Uri Endpoint { get; }

    public string Bucket { get; }

    public bool IsHttps => Endpoint.Scheme == Uri.UriSchemeHttps;

    /// <summary><paramref name="text"/> without the credentials.</summary>
    public string Redact(string text) => Redact(text, _credentials);

    public static string Redact(string text, IEnumerable<string?> credentials) =>
        credentials.Where(credential => !string.IsNullOrEmpty(credential)).Aggregate(text, (current, credential) => current.Replace(credential!, "***", StringComparison.Ordinal));

    /// <summary>Reads the Secret and checks it as the operator will, with the fix.</summary>
    public static async Task<StorageSecret> ReadAsync(ClusterConnection cluster, StackManifest manifest, string name, CancellationToken cancellationToken)
    {
        V1Secret secret;
        try
        {
            secret = await cluster.Client.CoreV1.ReadNamespacedSecretAsync(name, manifest.Namespace, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
            throw new DiagnosticException(
                Codes.StorageSecret, $"{manifest.Namespace}/{name}", "The storage Secret does not exist",
                $"Create it with the keys {string.Join(", ", Required)}; a run makes it by its provision stage.");
        }

        return Check(manifest, name, secret.Data ?? new Dictionary<string, byte[]>());
    }

    internal static StorageSecret Check(StackManifest manifest, string name, IDictionary<string, byte[]> data)
    {
        var full = $"{manifest.Namespace}/{name}";
        var values = data.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetString(pair.Value));
        foreach (var key in Required)
        {
            if (!values.TryGetValue(key, out var value) || string.IsNullOrWhiteSpace(value))
            {
                throw new DiagnosticException(
                    Codes.StorageSecret, full, $"The storage Secret has no value for the key {key}; its keys are {string.Join(", ", values.Keys.Order(StringComparer.Ordinal).DefaultIfEmpty("none"))}", $"Add it; the operator wants {string.Join(", ", Required)}.");
            }
        }

        if (manifest.CredentialMode != "static" && values.Keys.FirstOrDefault(key => key is "region" or "role_arn") is { } shortLived)
        {
            throw new DiagnosticException(
                Codes.StorageSecret, full, $"The storage Secret has the key {shortLived} beside static credentials, which the operator refuses",
                $"Remove the key {shortLived} from the Secret, or set spec.storage.secret.credentialMode to static.");
        }

        return new StorageSecret(
            CheckEndpoint(manifest, name, values["endpoint"], values["bucket"]), values["bucket"], [values["access_key_id"], values["access_key_secret"]]);
    }

    private static Uri CheckEndpoint(StackManifest manifest, string name, string value, string bucket)
    {
        if (!value.Contains("://", StringComparison.Ordinal))
        {
            var host = value.TrimStart('/').Split('/')[0];
            throw Wrong(value, "The endpoint in the storage Secret has no scheme, which the operator needs", $"https://{host}");
        }

        if (!Uri.TryCreate(value, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("https" or "http") || endpoint.Host.Length == 0)
        {
            throw Wrong(value, "The endpoint in the storage Secret is not an http or https URL", "https://s3.us-east.cloud-object-storage.appdomain.cloud");
        }

        var plain = $"{endpoint.Scheme}://{endpoint.Authority}";
        if (value != plain && value != plain + "/")
        {
            throw Wrong(Printable(endpoint), "The endpoint in the storage Secret must be scheme and host only: Tempo's S3 client takes no path, query or credentials", plain);
        }

        return endpoint.Host.StartsWith(bucket + ".", StringComparison.OrdinalIgnoreCase)
            ? throw Wrong(value, "The endpoint in the storage Secret already contains the bucket, which Tempo adds itself", $"{endpoint.Scheme}://{endpoint.Authority[(bucket.Length + 1)..]}")
            : endpoint;

        DiagnosticException Wrong(string found, string reason, string wanted) => new(
            Codes.StoreEndpoint, found, reason,
            $"Set it to {wanted}: kubectl -n {manifest.Namespace} patch secret {name} -p '{{\"stringData\":{{\"endpoint\":\"{wanted}\"}}}}'");
    }

    private static string Printable(Uri endpoint) => $"{endpoint.Scheme}://{endpoint.Authority}{endpoint.AbsolutePath}";
}
