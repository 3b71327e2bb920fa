using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Operator.Configuration;
using TempoCos.Cluster.Operator.Manifests;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Certificates;

/// <summary>
/// The operator's own certificates: a CA for each instance, its bundle, and a certificate for each component, renewed before they end.
/// All pods share one loopback here, so its address is a name of each certificate besides those that the real ones have.
/// </summary>
public sealed class CertificateAuthority(ObjectStore store, OperandWriter operands, TimeProvider time)
{
    private const string NotBefore = "tempo.grafana.com/certificate-not-before";
    private const string NotAfter = "tempo.grafana.com/certificate-not-after";
    private const string Issuer = "tempo.grafana.com/certificate-issuer";
    private const string Hostnames = "tempo.grafana.com/certificate-hostnames";
    private static readonly TimeSpan AuthorityValidity = TimeSpan.FromHours(43830);
    private static readonly TimeSpan AuthorityRefresh = TimeSpan.FromHours(35064);
    private static readonly TimeSpan Validity = TimeSpan.FromHours(2160);
    private static readonly TimeSpan Refresh = TimeSpan.FromHours(1728);

    /// <summary>Makes what is missing or old, and returns the pods' annotations with the certificates' hashes.</summary>
    public JsonObject Ensure(JsonObject owner, InstanceLabels labels, IReadOnlyList<string> components)
    {
        var (ns, instance) = (owner.Text("metadata", "namespace")!, labels.Instance);

        // Those of a TempoMonolithic are labelled as if they were a TempoStack's.
        labels = labels with { Application = "tempo" };
        using var authority = Authority(owner, labels, ns, instance);
        var bundle = Naming.CaBundle(instance);
        var pem = authority.ExportCertificatePem() + "\n";
        if (store.Find(new ObjectKey(BuiltInResources.ConfigMaps, ns, bundle))?.ToObject().Text("data", TlsPaths.CaFile) != pem)
        {
            operands.Put(owner, BuiltInResources.ConfigMaps, Map(("metadata", Map(("name", bundle), ("labels", labels.Common()))), ("data", Map((TlsPaths.CaFile, pem)))));
        }

        var hashes = new JsonObject { [Hash(Naming.SigningCa(instance))] = Digest(Value(ns, Naming.SigningCa(instance), "tls.crt")) };
        foreach (var component in components)
        {
            var name = Naming.Certificate(component, instance);
            var certificate = Current(ns, name, Refresh, authority) ?? Issue(owner, labels, ns, Naming.Name(component, instance), name, authority);
            hashes[Hash(name)] = Digest(certificate);
        }

        return hashes;
    }

    private static string Hash(string name) => $"tempo.grafana.com/cert-hash-{name}";

    private static string Digest(string certificate) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(certificate)));

    private X509Certificate2 Authority(JsonObject owner, InstanceLabels labels, string ns, string instance)
    {
        var name = Naming.SigningCa(instance);
        if (Current(ns, name, AuthorityRefresh, issuer: null) is { } there)
        {
            return X509Certificate2.CreateFromPem(there, Value(ns, name, "tls.key"));
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={ns}_{name}@{time.GetUtcNow().ToUnixTimeSeconds()}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var (from, until) = Period(AuthorityValidity);
        var certificate = request.CreateSelfSigned(from, until);
        Put(owner, labels, name, certificate, key, certificate.Subject, hostnames: null);
        return certificate;
    }

    private string Issue(JsonObject owner, InstanceLabels labels, string ns, string service, string name, X509Certificate2 authority)
    {
        string[] hosts = ["localhost", $"{service}.{ns}.svc.cluster.local", $"{service}.{ns}.svc"];
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hosts[1]}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        Array.ForEach(hosts, names.AddDnsName);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var (from, until) = Period(Validity);
        using var certificate = request.Create(authority, from, until < authority.NotAfter ? until : authority.NotAfter, RandomNumberGenerator.GetBytes(16));
        Put(owner, labels, name, certificate, key, authority.Subject, string.Join(",", hosts.Order(StringComparer.Ordinal)));
        return certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>The certificate of a Secret, unless it has to be replaced.</summary>
    private string? Current(string ns, string name, TimeSpan refresh, X509Certificate2? issuer)
    {
        if (Value(ns, name, "tls.crt") is not { Length: > 0 } pem || Value(ns, name, "tls.key").Length == 0)
        {
            return null;
        }

        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return time.GetUtcNow() < certificate.NotBefore.ToUniversalTime() + refresh && (issuer is null || certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData))
                ? pem
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private string Value(string ns, string name, string key) =>
        store.Find(new ObjectKey(BuiltInResources.Secrets, ns, name))?.ToObject().Text("data", key) is { } encoded ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded)) : "";

    private void Put(JsonObject owner, InstanceLabels labels, string name, X509Certificate2 certificate, ECDsa key, string issuer, string? hostnames) =>
        operands.Put(owner, BuiltInResources.Secrets, Map(
            ("metadata", Map(
                ("name", name),
                ("labels", labels.Common()),
                ("annotations", Map(
                    (NotBefore, $"{certificate.NotBefore.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}"),
                    (NotAfter, $"{certificate.NotAfter.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}"),
                    (Issuer, issuer.Replace("CN=", "", StringComparison.Ordinal)),
                    (Hostnames, hostnames))))),
            ("type", "kubernetes.io/tls"),
            ("data", Map(
                ("tls.crt", Encoded(certificate.ExportCertificatePem() + "\n")),
                ("tls.key", Encoded(key.ExportPkcs8PrivateKeyPem() + "\n"))))));

    private (DateTimeOffset From, DateTimeOffset Until) Period(TimeSpan validity) => (time.GetUtcNow().AddSeconds(-1), time.GetUtcNow() + validity);

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
