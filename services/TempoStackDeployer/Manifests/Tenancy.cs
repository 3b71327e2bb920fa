using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>The options on tenants, as the operator's TenantsSpec.</summary>
internal static partial class Tenancy
{
    public const string Static = "static";
    public const string OpenShift = "openshift";

    private const string Role = "tempocos-read-write";

    /// <summary>The user of the issuer that may read and write as every tenant, unless the manifest is told otherwise.</summary>
    private const string User = "tempocos";

    public static bool IsAsked(StackOptions options) =>
        options.Tenants.Count > 0 || options.TenantMode.Length > 0 || options.TenantOidcIssuer.Length > 0 || options.TenantOidcSecret.Length > 0;

    /// <summary>mode, authentication and authorization.</summary>
    public static JsonObject Of(StackOptions options)
    {
        if (options.Tenants.Count == 0)
        {
            throw OptionValue.Wrong("--tenant-mode", options.TenantMode.Length > 0 ? options.TenantMode : "(no tenant)", "and the options of OIDC are of use with tenants only", "Name the tenants by --tenant NAME.");
        }

        var mode = options.TenantMode.Length > 0 ? OptionValue.OneOf("--tenant-mode", options.TenantMode, Static, OpenShift) : options.TenantOidcIssuer.Length > 0 ? Static : OpenShift;
        var tenants = options.Tenants.Select(Tenant).ToList();
        if (tenants.GroupBy(tenant => tenant.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw OptionValue.Wrong("--tenant", twice.Key, "is given twice", "Give each tenant once.");
        }

        if (mode == OpenShift)
        {
            return options.TenantOidcIssuer.Length + options.TenantOidcSecret.Length == 0
                ? new JsonObject { ["mode"] = mode, ["authentication"] = new JsonArray([.. tenants.Select(tenant => Authentication(tenant, null))]) }
                : throw OptionValue.Wrong("--tenant-oidc-issuer", options.TenantOidcIssuer, "is of use with --tenant-mode static only", "In openshift mode the cluster's own tokens are used; leave OIDC out.");
        }

        if (options.TenantOidcIssuer.Length == 0 || options.TenantOidcSecret.Length == 0)
        {
            throw OptionValue.Wrong("--tenant-mode", mode, "needs an issuer of tokens", "Give --tenant-oidc-issuer URL and --tenant-oidc-secret SECRET (with clientID and clientSecret).");
        }

        var oidc = new JsonObject
        {
            ["issuerURL"] = OptionValue.Url("--tenant-oidc-issuer", options.TenantOidcIssuer),
            ["secret"] = new JsonObject { ["name"] = OptionValue.Name("--tenant-oidc-secret", options.TenantOidcSecret) },
        };
        return new JsonObject
        {
            ["mode"] = mode,
            ["authentication"] = new JsonArray([.. tenants.Select(tenant => Authentication(tenant, oidc.DeepClone()))]),
            ["authorization"] = new JsonObject
            {
                ["roles"] = new JsonArray(new JsonObject
                {
                    ["name"] = Role,
                    ["resources"] = new JsonArray("traces"),
                    ["tenants"] = new JsonArray([.. tenants.Select(tenant => JsonValue.Create(tenant.Name))]),
                    ["permissions"] = new JsonArray("read", "write"),
                }),
                ["roleBindings"] = new JsonArray(new JsonObject
                {
                    ["name"] = Role,
                    ["roles"] = new JsonArray(Role),
                    ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "user", ["name"] = User }),
                }),
            },
        };
    }

    private static StackTenant Tenant(string text)
    {
        var parts = text.Split('=', 2);
        if (!NameShape().IsMatch(parts[0]) || (parts.Length == 2 && !IdShape().IsMatch(parts[1])))
        {
            throw OptionValue.Wrong("--tenant", text, "is not a tenant", "Write NAME or NAME=ID of letters, digits, '-' and '_'.");
        }

        return new StackTenant(parts[0], parts[^1]);
    }

    private static JsonObject Authentication(StackTenant tenant, JsonNode? oidc)
    {
        var authentication = new JsonObject { ["tenantName"] = tenant.Name, ["tenantId"] = tenant.Id };
        if (oidc is not null)
        {
            authentication["oidc"] = oidc;
        }

        return authentication;
    }

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex NameShape();

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,150}$", RegexOptions.CultureInvariant)]
    private static partial Regex IdShape();
}
