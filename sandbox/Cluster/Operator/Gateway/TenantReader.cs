using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Operator.Gateway;

/// <summary>Checks the tenants of an instance and reads what belongs to them from Secrets.</summary>
public sealed class TenantReader(ObjectStore store, FeatureGates gates, string ns, string instance)
{
    private const string Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <exception cref="ConfigurationException">The tenants contradict their mode, or a Secret is missing.</exception>
    public IReadOnlyList<GatewayTenant> Read(JsonNode tenants, bool hasGateway)
    {
        if (Fault(tenants, hasGateway) is { } fault)
        {
            throw new ConfigurationException("InvalidTenantsConfiguration", $"Invalid tenants configuration: {fault}");
        }

        return tenants.Text("mode") switch
        {
            "static" => [.. tenants.Objects("authentication").Select(OfSecret)],
            "openshift" => OfOpenShift(tenants),
            _ => [],
        };
    }

    /// <summary>What is wrong with the tenants, in the operator's words.</summary>
    public static string? Fault(JsonNode? tenants, bool hasGateway) => tenants.Text("mode") switch
    {
        "static" when hasGateway =>
            tenants.At("authentication") is null ? "spec.tenants.authentication is required in static mode"
            : tenants.At("authorization") is null ? "spec.tenants.authorization is required in static mode"
            : tenants.At("authorization", "roles") is null ? "spec.tenants.authorization.roles is required in static mode"
            : tenants.At("authorization", "roleBindings") is null ? "spec.tenants.authorization.roleBindings is required in static mode"
            : tenants.Objects("authentication").Any(tenant => tenant["oidc"] is null) ? "spec.tenants.authorization.oidc is required for each tenant in static mode"
            : null,
        "openshift" =>
            !hasGateway ? "openshift mode requires gateway enabled"
            : tenants.At("authorization") is not null ? "spec.tenants.authorization should not be defined in openshift mode"
            : tenants.Objects("authentication").Any(tenant => tenant["oidc"] is not null) ? "spec.tenants.authentication.oidc should not be defined in openshift mode"
            : null,
        _ => null,
    };

    private GatewayTenant OfSecret(JsonObject tenant)
    {
        var name = tenant.Text("tenantName")!;
        var secret = store.Find(new ObjectKey(BuiltInResources.Secrets, ns, tenant.Text("oidc", "secret", "name") ?? ""))?.ToObject()
            ?? throw new ConfigurationException("ReasonMissingGatewayTenantSecret", $"Missing secrets for tenant {name}");
        var data = secret.TextMap("data");
        return Value("clientID").Length == 0
            ? throw new ConfigurationException("ReasonMissingGatewayTenantSecret", "Invalid gateway tenant secret contents")
            : new GatewayTenant(name) { ClientId = Value("clientID"), ClientSecret = Value("clientSecret"), IssuerCaPath = Value("issuerCAPath") };

        string Value(string key) => data.TryGetValue(key, out var encoded) ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded)) : "";
    }

    /// <summary>Cookies stay valid: a secret that was given out once is found in the gateway's own Secret.</summary>
    private List<GatewayTenant> OfOpenShift(JsonNode tenants)
    {
        if (!gates.KnowsBaseDomain)
        {
            throw new InvalidOperationException("failed to lookup gateway base domain: no matches for kind \"DNS\" in version \"config.openshift.io/v1\"");
        }

        var before = store.Find(new ObjectKey(BuiltInResources.Secrets, ns, Naming.Name("gateway", instance)))?.ToObject().Text("data", GatewayConfiguration.TenantsFile) is { } file
            ? YamlJson.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(file)))
            : null;
        return [.. tenants.Objects("authentication").Select(tenant => tenant.Text("tenantName")!).Select(name => new GatewayTenant(name)
        {
            CookieSecret = before.Objects("tenants").FirstOrDefault(one => one.Text("name") == name)?.Text("openshift", "cookieSecret") is { Length: > 0 } secret
                ? secret
                : RandomNumberGenerator.GetString(Characters, 32),
        })];
    }
}
