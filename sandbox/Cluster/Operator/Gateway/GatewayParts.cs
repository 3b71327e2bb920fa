using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Operator.Configuration;
using TempoCos.Cluster.Operator.Manifests;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Gateway;

/// <summary>What the gateways of both kinds of instances have in common.</summary>
public static class GatewayParts
{
    public const string Container = "tempo-gateway";
    public const string ClusterRoles = "clusterroles.rbac.authorization.k8s.io";
    public const string ClusterRoleBindings = "clusterrolebindings.rbac.authorization.k8s.io";
    public const int OpaPort = 8082;
    private const int OpaInternalPort = 8083;

    /// <summary>What the gateway reads: roles in a ConfigMap, tenants in a Secret.</summary>
    public static IEnumerable<(string Resource, JsonObject Content)> Files(InstanceLabels labels, string rbac, string tenants)
    {
        yield return (BuiltInResources.ConfigMaps, Map(("metadata", labels.Metadata("gateway", "gateway")), ("data", Map((GatewayConfiguration.RbacFile, rbac)))));
        yield return (BuiltInResources.Secrets, Map(
            ("metadata", labels.Metadata("gateway", "gateway")), ("type", "Opaque"),
            ("data", Map((GatewayConfiguration.TenantsFile, Convert.ToBase64String(Encoding.UTF8.GetBytes(tenants)))))));
    }

    /// <summary>Pods start anew when a file of the gateway changes.</summary>
    public static void Hash(JsonObject annotations, string rbac, string tenants)
    {
        annotations["tempo.grafana.com/rbacConfig.hash"] = StackManifests.Hash(rbac);
        annotations["tempo.grafana.com/tenantsConfig.hash"] = StackManifests.Hash(tenants);
    }

    public static JsonObject Liveness(bool encrypted) => PodParts.Probe("/live", "internal", encrypted, 2, 30, 10);

    public static JsonObject Readiness(bool encrypted) => PodParts.Probe("/ready", "internal", encrypted, 1, 5, 12);

    /// <summary>The certificates for calls from the gateway to Tempo, and of its own internal server.</summary>
    public static IEnumerable<JsonNode?> EncryptionArguments() =>
    [
        $"--tls.internal.server.key-file={TlsPaths.InternalKey}",
        $"--tls.internal.server.cert-file={TlsPaths.InternalCertificate}",
        $"--traces.tls.key-file={TlsPaths.InternalKey}",
        $"--traces.tls.cert-file={TlsPaths.InternalCertificate}",
        $"--traces.tls.ca-file={TlsPaths.InternalCa}",
        "--traces.tls.watch-certs=true",
    ];

    public static IEnumerable<JsonNode?> ProfileArguments() => [$"--tls.cipher-suites={TlsProfile.Ciphers}", $"--tls.min-version={TlsProfile.MinVersion}"];

    public static IEnumerable<JsonNode?> ServingArguments(string certificateDirectory, string caDirectory, string serverName) =>
    [
        $"--tls.server.cert-file={certificateDirectory}/tls.crt",
        $"--tls.server.key-file={certificateDirectory}/tls.key",
        $"--tls.healthchecks.server-ca-file={caDirectory}/{TlsPaths.CaFile}",
        $"--tls.healthchecks.server-name={serverName}",
        "--web.healthchecks.url=https://localhost:8080",
        "--tls.client-auth-type=NoClientCert",
    ];

    public static JsonObject Opa(JsonNode? tenants, bool rbac, string package, JsonObject resources) => Map(
        ("name", Container + "-opa"),
        ("image", OperatorVersion.GatewayOpaImage),
        ("args", List([
            "--log.level=warn",
            $"--web.listen=:{OpaPort}",
            $"--web.internal.listen=:{OpaInternalPort}",
            $"--web.healthchecks.url=http://localhost:{OpaPort}",
            $"--opa.package={package}",
            "--opa.ssar",
            rbac ? "--opa.matcher=kubernetes_namespace_name" : null,
            .. tenants.Objects("authentication").Select(tenant => (JsonNode)$"--openshift.mappings={tenant.Text("tenantName")}=tempo.grafana.com"),
        ])),
        ("ports", StackPorts.OfContainer([new("opa-http", OpaPort), new("opa-metrics", OpaInternalPort)])),
        ("livenessProbe", PodParts.Probe("/live", OpaInternalPort, false, 2, 30, 10)),
        ("readinessProbe", PodParts.Probe("/ready", OpaInternalPort, false, 1, 5, 12)),
        ("resources", resources));

    /// <summary>Rights of the gateway's account to have tokens reviewed. They have no namespace, and so no owner.</summary>
    public static IEnumerable<(string Resource, JsonObject Content)> AccessReview(InstanceLabels labels, string ns, string account)
    {
        var name = $"{Naming.Name("gateway", labels.Instance)}-{ns}";
        JsonObject Metadata() => Map(("name", name), ("labels", labels.ClusterWide("gateway", ns)));
        yield return (ClusterRoles, Map(
            ("metadata", Metadata()),
            ("rules", List(Map(("apiGroups", List("authentication.k8s.io")), ("resources", List("tokenreviews")), ("verbs", List("create")))))));
        yield return (ClusterRoleBindings, Map(
            ("metadata", Metadata()),
            ("subjects", List(Map(("kind", "ServiceAccount"), ("name", account), ("namespace", ns)))),
            ("roleRef", Map(("apiGroup", "rbac.authorization.k8s.io"), ("kind", "ClusterRole"), ("name", name)))));
    }

    /// <summary>Makes the account an OAuth client of OpenShift, one for each tenant.</summary>
    public static JsonObject RedirectAnnotations(JsonNode? tenants, string route) => tenants.Objects("authentication")
        .Select(tenant => KeyValuePair.Create($"serviceaccounts.openshift.io/oauth-redirectreference.{tenant.Text("tenantName")}", OauthProxy.Redirect(route)))
        .ToJsonObject();
}
