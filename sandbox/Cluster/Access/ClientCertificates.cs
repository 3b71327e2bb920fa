using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TempoCos.Cluster.Access;

/// <summary>Client certificates that the cluster's authority has signed: the common name is the user, the organizations are its groups.</summary>
public sealed class ClientCertificates(ServerCertificate authority) : IDisposable
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 root = X509Certificate2.CreateFromPem(authority.AuthorityPem);

    /// <summary>Whose it is; null for one of another authority, another purpose or another time.</summary>
    public UserInfo? Verify(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        if (!chain.Build(certificate))
        {
            return null;
        }

        var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames().Where(name => !name.HasMultipleElements)
            .Select(name => (Type: name.GetSingleElementType().Value, Value: name.GetSingleElementValue() ?? "")).ToList();
        var user = names.LastOrDefault(name => name.Type == CommonName).Value;
        return user is { Length: > 0 }
            ? new UserInfo(user, [.. names.Where(name => name.Type == Organization).Select(name => name.Value), UserInfo.Authenticated])
            : null;
    }

    public void Dispose() => root.Dispose();
}
