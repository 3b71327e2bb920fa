using YamlDotNet.RepresentationModel;

namespace TempoCos.Tempo.Gateway;

/// <summary>rbac.yaml: roles with permissions on tenants, bound to users and groups.</summary>
public sealed class RoleAuthorization : IAuthorization
{
    private const string Resource = "traces";
    private readonly HashSet<(string Tenant, string Permission, string Kind, string Name)> _granted = [];

    public static RoleAuthorization Read(string file)
    {
        var authorization = new RoleAuthorization();
        if (YamlFile.Read(file) is not YamlMappingNode root)
        {
            return authorization;
        }

        var roles = YamlFile.Mappings(root, "roles").ToLookup(role => YamlFile.Text(role, "name"), StringComparer.Ordinal);
        foreach (var binding in YamlFile.Mappings(root, "roleBindings"))
        {
            var granted =
                from role in YamlFile.Texts(binding, "roles").SelectMany(name => roles[name].TakeLast(1))
                where YamlFile.Texts(role, "resources").Contains(Resource)
                from tenant in YamlFile.Texts(role, "tenants")
                from permission in YamlFile.Texts(role, "permissions")
                from subject in YamlFile.Mappings(binding, "subjects")
                select (tenant, permission, YamlFile.Text(subject, "kind"), YamlFile.Text(subject, "name"));
            authorization._granted.UnionWith(granted);
        }

        return authorization;
    }

    public Task<int> CheckAsync(Identity who, string permission, GatewayTenant tenant, CancellationToken cancellationToken)
    {
        var allowed = _granted.Contains((tenant.Name, permission, "user", who.Subject))
            || who.Groups.Any(group => _granted.Contains((tenant.Name, permission, "group", group)));
        return Task.FromResult(allowed ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden);
    }
}
