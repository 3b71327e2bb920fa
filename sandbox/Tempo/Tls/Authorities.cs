using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.Tls;

/// <summary>Authorities from a PEM file, read once as the real one does, and whether a peer's certificate is from one of them.</summary>
public sealed class Authorities
{
    private static readonly Oid ServerUsage = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientUsage = new("1.3.6.1.5.5.7.3.2");
    private readonly X509Certificate2Collection _certificates = [];

    private Authorities()
    {
    }

    public static Authorities Read(string key, string file)
    {
        var authorities = new Authorities();
        try
        {
            authorities._certificates.ImportFromPemFile(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw ConfigurationException.BadValue(key, file, $"a readable file of PEM certificates ({exception.Message})");
        }

        return authorities;
    }

    public bool TrustServer(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors) =>
        certificate is not null && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && Trust(certificate, presented, ServerUsage);

    public bool TrustClient(X509Certificate? certificate, X509Chain? presented) => certificate is not null && Trust(certificate, presented, ClientUsage);

    private bool Trust(X509Certificate certificate, X509Chain? presented, Oid usage)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_certificates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(usage);
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        }

        return chain.Build(certificate as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
    }
}
