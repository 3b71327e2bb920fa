using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Clusters;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>
/// The certificates that a component has mounted, read from the cluster: its authority to trust, and where clients must show a certificate its own, which the operator
/// signs for both sides. Read again after a while, and so the new ones when they were rotated.
/// </summary>
internal sealed class ClusterTls(
    ClusterConnection cluster, string @namespace, string secret, (string Certificate, string Key) keys, (string ConfigMap, string Key)? authority, bool isMutual, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Material? _current;
    private long _readAt;

    public bool IsMutual => isMutual;

    /// <summary>What a client shows; null where none is asked for.</summary>
    public X509Certificate2? Certificate => _current?.Certificate;

    /// <exception cref="ReachFaultException">TC346: something cannot be read, and was not before.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_current is not null && time.GetElapsedTime(_readAt) < Fresh)
            {
                return;
            }

            try
            {
                // What is replaced may still be in use by a handshake; the collector ends it.
                _current = await ReadAsync(cancellationToken);
            }
            catch (Exception exception) when (_current is not null && exception is ReachFaultException or DiagnosticException or HttpRequestException)
            {
                // The ones that were read before may still do.
            }

            _readAt = time.GetTimestamp();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether a server's certificate is from the cluster's authority.</summary>
    public bool Trusts(X509Certificate2 certificate, X509Chain? presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_current?.Authorities ?? []);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        }

        return chain.Build(certificate);
    }

    /// <summary>For a client that shows the certificate, and takes a server's that is from the authority and for the host's name. Needs a <see cref="RefreshAsync"/> before.</summary>
    public SslClientAuthenticationOptions ToOptions() => new()
    {
        LocalCertificateSelectionCallback = isMutual ? (_, _, _, _, _) => Certificate! : null,
        RemoteCertificateValidationCallback = (_, shown, chain, errors) =>
            shown is X509Certificate2 certificate && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && Trusts(certificate, chain),
    };

    public void Dispose() => _gate.Dispose();

    private async Task<Material> ReadAsync(CancellationToken cancellationToken)
    {
        V1Secret? held = isMutual || authority is null
            ? await GetAsync("Secret", secret, () => cluster.Client.CoreV1.ReadNamespacedSecretAsync(secret, @namespace, cancellationToken: cancellationToken))
            : null;
        var (what, pem) = authority is { } named
            ? ($"ConfigMap {named.ConfigMap}", Text(await GetAsync("ConfigMap", named.ConfigMap, () => cluster.Client.CoreV1.ReadNamespacedConfigMapAsync(named.ConfigMap, @namespace, cancellationToken: cancellationToken)), named.Key))
            : ($"Secret {secret}", Text(held!, "ca.crt") is { Length: > 0 } own ? own : Text(held!, keys.Certificate));
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
            if (authorities.Count == 0)
            {
                throw new CryptographicException("there is no certificate in it");
            }

            what = $"Secret {secret}";
            return new Material(isMutual ? X509Certificate2.CreateFromPem(Text(held!, keys.Certificate), Text(held!, keys.Key)) : null, authorities);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw Unreadable(what, $"what is in it is no certificate: {exception.Message.TrimEnd('.')}", "See whether the operator's certificate rotation works.", exception);
        }
    }

    private async Task<T> GetAsync<T>(string kind, string name, Func<Task<T>> readAsync)
    {
        try
        {
            return await readAsync();
        }
        catch (Exception exception) when (exception is DiagnosticException { Code: Codes.Forbidden } or HttpOperationException { Response.StatusCode: HttpStatusCode.Forbidden })
        {
            throw Unreadable($"{kind} {name}", "this user may not get it", $"Have a role bound in {@namespace} that allows get of {kind.ToLowerInvariant()}s/{name}.", exception);
        }
        catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.NotFound)
        {
            throw Unreadable($"{kind} {name}", "it does not exist, although the component mounts it", "See whether the operator's certificate rotation works.", exception);
        }
    }

    private ReachFaultException Unreadable(string what, string why, string fix, Exception exception) => new(
        new(Codes.CertificateUnreadable, $"{@namespace}/{what}", $"The component asks for TLS with the operator's certificates, but they cannot be read: {why}", fix, true), exception);

    private static string Text(V1Secret from, string key) => from.Data?.TryGetValue(key, out var bytes) == true ? Encoding.UTF8.GetString(bytes) : "";

    private static string Text(V1ConfigMap from, string key) => from.Data?.TryGetValue(key, out var text) == true ? text : "";

    private sealed record Material(X509Certificate2? Certificate, X509Certificate2Collection Authorities);
}
