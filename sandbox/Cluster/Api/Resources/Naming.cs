using System.Text.RegularExpressions;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>Names must be what DNS allows, except those of the RBAC group.</summary>
public static partial class Naming
{
    public static void Check(ResourceType type, string name)
    {
        if (name.Length == 0)
        {
            throw ApiException.Invalid(type.Kind, type.Group, "", FieldError.Required("metadata.name", "name or generateName is required"));
        }

        if (type.Group == "rbac.authorization.k8s.io")
        {
            return;
        }

        if (type.Resource is BuiltInResources.Namespaces or BuiltInResources.Services)
        {
            if (name.Length > 63 || !Label().IsMatch(name))
            {
                throw Invalid(type, name, "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
            }
        }
        else if (name.Length > 253 || !Subdomain().IsMatch(name))
        {
            throw Invalid(type, name, "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
        }
    }

    private static ApiException Invalid(ResourceType type, string name, string why) =>
        ApiException.Invalid(type.Kind, type.Group, name, FieldError.InvalidValue("metadata.name", name, why));

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();
}
