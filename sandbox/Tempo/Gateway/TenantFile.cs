using TempoCos.Tempo.Configuration;
using YamlDotNet.RepresentationModel;

namespace TempoCos.Tempo.Gateway;

/// <summary>tenants.yaml.</summary>
internal static class TenantFile
{
    public static IReadOnlyDictionary<string, GatewayTenant> Read(string file, IAuthorization rbac, TimeProvider time)
    {
        var tenants = new Dictionary<string, GatewayTenant>(StringComparer.Ordinal);
        if (YamlFile.Read(file) is not YamlMappingNode root || YamlFile.Find(root, "tenants") is not YamlSequenceNode list)
        {
            return tenants;
        }

        foreach (var entry in list.Children.OfType<YamlMappingNode>())
        {
            var (name, id) = (YamlFile.Text(entry, "name"), YamlFile.Text(entry, "id"));
            if (name.Length == 0)
            {
                throw ConfigurationException.BadValue($"{file}: tenants[].name", "", "the name of a tenant");
            }

            IAuthentication authentication =
                YamlFile.Find(entry, "oidc") is YamlMappingNode oidc ? WithOidc(name, Oidc(file, oidc), time)
                : YamlFile.Find(entry, "openshift") is YamlMappingNode ? new OpenShiftAuthentication(ClusterApi.Find())
                : throw ConfigurationException.BadValue($"{file}: tenant {name}", "", "given oidc or openshift, by which its users are known");
            IAuthorization authorization = YamlFile.Find(entry, "opa") is YamlMappingNode opa && Uri.TryCreate(YamlFile.Text(opa, "url"), UriKind.Absolute, out var url)
                ? new OpaAuthorization(url, YamlFile.Text(opa, "withAccessToken") == "true")
                : rbac;
            tenants[name] = new(name, id, authentication, authorization);
        }

        return tenants;
    }

    private static OidcAuthentication WithOidc(string tenant, OidcOptions options, TimeProvider time) => new(tenant, options, new OidcIssuer(options), time);

    private static OidcOptions Oidc(string file, YamlMappingNode oidc) => new(
        Uri.TryCreate(YamlFile.Text(oidc, "issuerURL"), UriKind.Absolute, out var issuer) && issuer.Scheme is "http" or "https"
            ? YamlFile.Text(oidc, "issuerURL")
            : throw ConfigurationException.BadValue($"{file}: issuerURL", YamlFile.Text(oidc, "issuerURL"), "the URL of an OpenID Connect issuer"),
        YamlFile.Text(oidc, "clientID"),
        YamlFile.Text(oidc, "redirectURL"),
        YamlFile.Text(oidc, "usernameClaim"),
        YamlFile.Text(oidc, "groupClaim"),
        YamlFile.Text(oidc, "issuerCAPath"));
}
