using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers;
using TempoCos.Cluster.Operator.Configuration;
using TempoCos.Cluster.Operator.Manifests;
using TempoCos.Cluster.Startup;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Certificates;

/// <summary>
/// What OpenShift's service CA does, with the cluster's own authority: a certificate for each Service that is annotated to have one, and the authority for each ConfigMap that is
/// annotated to have it. All pods share one loopback here, so its address is a name of each certificate besides those that the real ones have.
/// </summary>
public sealed class ServingCertificateController(ControllerContext context, DataDirectory data, ServerCertificate authority, ILogger<ServingCertificateController> logger)
    : Controller(context.Store, logger)
{
    private const string OfSecret = "service.beta.openshift.io/originating-service-name";

    protected override bool Watches(ObjectKey key) => key.Resource is BuiltInResources.Services or BuiltInResources.ConfigMaps or BuiltInResources.Secrets;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted) => changed.Key.Resource != BuiltInResources.Secrets
        ? [changed.Key]
        : Store.List(BuiltInResources.Services, changed.Key.Namespace).Objects.Where(service => Secret(service.ToObject()) == changed.Key.Name).Select(service => service.Key);

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { Deleting: false } stored)
        {
            return;
        }

        var found = stored.ToObject();
        if (key.Resource == BuiltInResources.Services)
        {
            if (Secret(found) is { Length: > 0 } secret && Store.Find(new ObjectKey(BuiltInResources.Secrets, key.Namespace, secret)) is null)
            {
                context.Registry.Create(context.Type(BuiltInResources.Secrets), key.Namespace, Issue(found, key, secret), WriteOptions.Main);
            }
        }
        else if (found.At("metadata", "annotations").Text(ServingCertificates.OfConfigMap) == "true" && found.Text("data", TlsPaths.CaFile) != authority.AuthorityPem)
        {
            context.Registry.Update(context.Type(BuiltInResources.ConfigMaps), key.Namespace, key.Name, live =>
            {
                live.Ensure("data")[TlsPaths.CaFile] = authority.AuthorityPem;
                return live;
            }, WriteOptions.Main);
        }
    }

    private static string? Secret(JsonObject service) => service.At("metadata", "annotations").Text(ServingCertificates.OfService);

    private JsonObject Issue(JsonObject service, ObjectKey key, string secret)
    {
        string[] hosts = [$"{key.Name}.{key.Namespace}.svc", $"{key.Name}.{key.Namespace}.svc.cluster.local"];
        using var signer = X509Certificate2.CreateFromPemFile(Path.Combine(data.Path, "ca.crt"), Path.Combine(data.Path, "ca.key"));
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hosts[0]}", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        Array.ForEach(hosts, names.AddDnsName);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(signer, true, false));
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        using var certificate = request.Create(signer, context.Now.AddDays(-1), context.Now.AddDays(730), serial);
        return Map(
            ("metadata", Map(("name", secret), ("annotations", Map((OfSecret, key.Name))), ("ownerReferences", List(ObjectWriter.Reference(service))))),
            ("type", "kubernetes.io/tls"),
            ("data", Map(("tls.crt", Encoded(certificate.ExportCertificatePem() + "\n")), ("tls.key", Encoded(own.ExportPkcs8PrivateKeyPem() + "\n")))));
    }

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
