using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Admission.Kinds;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>Names must be what DNS allows, except those of the RBAC group, which only have to be part of a path.</summary>
public static class Naming
{
    public static void Check(ResourceType type, string name)
    {
        List<FieldError> errors = [.. Find(type, name)];
        if (errors.Count > 0)
        {
            throw ApiException.Invalid(type.Kind, type.Group, name, errors);
        }
    }

    public static IEnumerable<FieldError> Find(ResourceType type, string name)
    {
        if (name.Length == 0)
        {
            return [FieldError.Required("metadata.name", "name or generateName is required")];
        }

        var wrong = type.Group == Authorizer.Group ? Words.PathSegment(name)
            : type.Resource is BuiltInResources.Namespaces or BuiltInResources.Services or BuiltInResources.StatefulSets ? Words.Label(name)
            : Words.Subdomain(name);
        return wrong.Select(why => FieldError.InvalidValue("metadata.name", name, why));
    }
}
