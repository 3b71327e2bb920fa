using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Gateway;

/// <summary>The gateway's two files: who may do what, and how a tenant's users prove who they are.</summary>
public static class GatewayConfiguration
{
    public const string RbacFile = "rbac.yaml";
    public const string TenantsFile = "tenants.yaml";

    /// <summary>rbac.yaml; empty in mode openshift, where OPA decides.</summary>
    public static string Rbac(JsonNode? tenants) => tenants.Text("mode") != "static" ? "" : Spaced(YamlJson.Write(Map(
        ("roleBindings", List([.. tenants.Objects("authorization", "roleBindings").Select(binding => Map(
            ("name", binding["name"]), ("roles", binding["roles"]),
            ("subjects", List([.. binding.Objects("subjects").Select(subject => Map(("kind", subject["kind"]), ("name", subject["name"])))]))))])),
        ("roles", List([.. tenants.Objects("authorization", "roles").Select(role => Map(
            ("name", role["name"]), ("permissions", role["permissions"]), ("resources", role["resources"]), ("tenants", role["tenants"])))])))));

    /// <summary>tenants.yaml.</summary>
    public static string Tenants(JsonNode? tenants, IReadOnlyList<GatewayTenant> known, string account, string routeHost, string opaPackage)
    {
        var openShift = tenants.Text("mode") == "openshift";
        return YamlJson.Write(Map(("tenants", List([.. tenants.Objects("authentication").Select(Tenant)])))).TrimEnd('\n');

        JsonObject Tenant(JsonObject tenant)
        {
            var name = tenant.Text("tenantName")!;
            var more = known.FirstOrDefault(one => one.Name == name) ?? new GatewayTenant(name);
            var oidc = tenant.At("oidc");
            return Map(
                ("name", name),
                ("id", tenant["tenantId"]),
                ("openshift", openShift ? Map(
                    ("serviceAccount", account),
                    ("redirectURL", $"https://{routeHost}/openshift/{name}/callback"),
                    ("cookieSecret", more.CookieSecret)) : null),
                ("opa", openShift ? Map(("url", $"http://localhost:{GatewayParts.OpaPort}/v1/data/{opaPackage}/allow"), ("withAccessToken", true)) : null),
                ("oidc", oidc is null ? null : Map(
                    ("clientID", NotEmpty(more.ClientId)),
                    ("clientSecret", NotEmpty(more.ClientSecret)),
                    ("issuerCAPath", NotEmpty(more.IssuerCaPath)),
                    ("issuerURL", NotEmpty(oidc.Text("issuerURL"))),
                    ("redirectURL", NotEmpty(oidc.Text("redirectURL"))),
                    ("usernameClaim", NotEmpty(oidc.Text("usernameClaim"))),
                    ("groupClaim", NotEmpty(oidc.Text("groupClaim"))))));
        }
    }

    /// <summary>With the blank lines that the operator's template leaves after its lists.</summary>
    private static string Spaced(string text) =>
        ((string[])["  subjects:", "  resources:", "  tenants:", "roles:"]).Aggregate(text, (spaced, line) => spaced.Replace($"\n{line}\n", $"\n\n{line}\n", StringComparison.Ordinal)).TrimEnd('\n');

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
