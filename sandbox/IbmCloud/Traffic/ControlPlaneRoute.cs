using Operation = TempoCos.IbmCloud.Traffic.ControlPlaneOperation;

namespace TempoCos.IbmCloud.Traffic;

/// <summary>Which operation a request of the control plane is, and of which resource.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Key">The id or name that path or query tell; empty when they tell none.</param>
/// <param name="NameInBody">Whether the resource's name is in the body only.</param>
public readonly record struct ControlPlaneRoute(Operation Operation, string Key = "", bool NameInBody = false)
{
    /// <param name="context">The request.</param>
    /// <param name="service">One of <see cref="CloudService"/>.</param>
    /// <param name="path">The path below the service's root.</param>
    public static ControlPlaneRoute Of(HttpContext context, string service, string[] path)
    {
        var method = context.Request.Method;
        return service switch
        {
            CloudService.Iam => OfIam(method, path),
            CloudService.ResourceManager => OfGroups(context, method, path),
            CloudService.ResourceController => OfResources(context, method, path),
            CloudService.BucketConfiguration => (method, path) switch
            {
                ("GET", ["v1", "b", var bucket]) => new(Operation.GetBucketConfig, bucket),
                ("PATCH", ["v1", "b", var bucket]) => new(Operation.PatchBucketConfig, bucket),
                _ => new(Operation.Unknown),
            },
            CloudService.Control => new(Operation.GetEndpoints),
            CloudService.Search => new(Operation.SearchResources),
            CloudService.Tags => (method, path) switch
            {
                ("GET", ["v3", "tags"]) => new(Operation.ListTags, Query(context, "attached_to")),
                ("POST", ["v3", "tags", "attach"]) => new(Operation.AttachTags),
                ("POST", ["v3", "tags", "detach"]) => new(Operation.DetachTags),
                ("DELETE", ["v3", "tags", .. var name]) => new(Operation.DeleteTags, name.Length == 0 ? "" : name[0]),
                _ => new(Operation.Unknown),
            },
            CloudService.Catalog => path is ["api", "v1", var id, "pricing"] ? new(Operation.GetPricing, id) : new(Operation.GetCatalogEntry),
            _ => new(Operation.Unknown),
        };
    }

    private static ControlPlaneRoute OfIam(string method, string[] path) => (method, path) switch
    {
        ("POST", ["identity" or "oidc", "token"]) => new(Operation.Token),
        ("GET", ["v1", "apikeys", "details"]) => new(Operation.GetApiKeyDetails),
        ("GET", ["identity", "keys"]) => new(Operation.GetSigningKeys),
        ("GET", ["identity", ".well-known", "openid-configuration"]) => new(Operation.GetOpenIdConfiguration),
        _ => new(Operation.Unknown),
    };

    private static ControlPlaneRoute OfGroups(HttpContext context, string method, string[] path) => (method, path) switch
    {
        ("GET", [_, _]) => new(Operation.ListResourceGroups, Query(context, "name")),
        ("POST", [_, _]) => new(Operation.CreateResourceGroup, NameInBody: true),
        ("GET", [_, _, var id]) => new(Operation.GetResourceGroup, id),
        ("PATCH", [_, _, var id]) => new(Operation.UpdateResourceGroup, id),
        ("DELETE", [_, _, var id]) => new(Operation.DeleteResourceGroup, id),
        _ => new(Operation.Unknown),
    };

    private static ControlPlaneRoute OfResources(HttpContext context, string method, string[] path) => (method, path) switch
    {
        ("GET", ["v2", "resource_instances"]) => new(Operation.ListResourceInstances, Query(context, "guid", "name")),
        ("POST", ["v2", "resource_instances"]) => new(Operation.CreateResourceInstance, NameInBody: true),
        ("GET", ["v2", "resource_instances", var id]) => new(Operation.GetResourceInstance, id),
        ("PATCH", ["v2", "resource_instances", var id]) => new(Operation.UpdateResourceInstance, id),
        ("DELETE", ["v2", "resource_instances", var id]) => new(Operation.DeleteResourceInstance, id),
        ("POST", ["v2", "resource_instances", var id, "lock"]) => new(Operation.LockResourceInstance, id),
        ("DELETE", ["v2", "resource_instances", var id, "lock"]) => new(Operation.UnlockResourceInstance, id),
        ("DELETE", ["v2", "resource_instances", var id, "last_operation"]) => new(Operation.CancelLastOperation, id),
        ("GET", ["v2", "resource_instances", var id, "resource_keys"]) => new(Operation.ListResourceKeys, id),
        ("GET", ["v2", "resource_keys"]) => new(Operation.ListResourceKeys, Query(context, "guid", "name")),
        ("POST", ["v2", "resource_keys"]) => new(Operation.CreateResourceKey, NameInBody: true),
        ("GET", ["v2", "resource_keys", var id]) => new(Operation.GetResourceKey, id),
        ("PATCH", ["v2", "resource_keys", var id]) => new(Operation.UpdateResourceKey, id),
        ("DELETE", ["v2", "resource_keys", var id]) => new(Operation.DeleteResourceKey, id),
        ("GET", ["v1", "reclamations"]) => new(Operation.ListReclamations, Query(context, "resource_instance_id")),
        ("POST", ["v1", "reclamations", var id, "actions", "reclaim"]) => new(Operation.Reclaim, id),
        ("POST", ["v1", "reclamations", var id, "actions", "restore"]) => new(Operation.Restore, id),
        _ => new(Operation.Unknown),
    };

    private static string Query(HttpContext context, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (context.Request.Query[name].ToString() is { Length: > 0 } value)
            {
                return value;
            }
        }

        return "";
    }
}
