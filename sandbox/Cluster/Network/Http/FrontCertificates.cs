using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster.Network.Http;

/// <summary>Certificates of what listens for ingresses and routes: those that they bring, and ones of the cluster's authority where they bring none.</summary>
public sealed class FrontCertificates(DataDirectory data, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, X509Certificate2> issued = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, X509Certificate2?> brought = new();

    /// <summary>One of the cluster's authority for this name.</summary>
    public X509Certificate2 Of(string name) => issued.GetOrAdd(name, Issue);

    /// <summary>One in PEM with its key, or null when it is none.</summary>
    public X509Certificate2? Read(string certificate, string key) => brought.GetOrAdd(Convert.ToHexString(SHA256.HashData([.. certificate.Select(letter => (byte)letter), .. key.Select(letter => (byte)letter)])), _ =>
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPem(certificate, key);
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            return null;
        }
    });

    public void Dispose()
    {
        foreach (var certificate in issued.Values.Concat(brought.Values.OfType<X509Certificate2>()))
        {
            certificate.Dispose();
        }
    }

    private X509Certificate2 Issue(string name)
    {
        var now = time.GetUtcNow();
        using var authority = X509Certificate2.CreateFromPemFile(Path.Combine(data.Path, "ca.crt"), Path.Combine(data.Path, "ca.key"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=tempocos-cluster-front", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        using var signed = request.Create(authority, now.AddDays(-1), now.AddYears(1), serial);
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}
