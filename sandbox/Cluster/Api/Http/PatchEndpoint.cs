using System.Text.Json.Nodes;
using TempoCos.Cluster.Access;
using TempoCos.Cluster.Access.Rbac;
using TempoCos.Cluster.Api.Admission;
using TempoCos.Cluster.Api.Fields;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Patching;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Schemas;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Http;

/// <summary>patch, in its four kinds.</summary>
public sealed class PatchEndpoint(ResourceRegistry registry, ObjectStore store, ResourceCatalog catalog, SchemaAdmission schemas, EventAdmission events, Authorizer authorizer, NamespaceContent namespaces)
{
    private const string Json = "application/json-patch+json";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";
    private const string ApplyYaml = "application/apply-patch+yaml";

    public async Task PatchAsync(HttpContext context, ResourceType type, ApiPath path, CancellationToken cancellation)
    {
        var media = ApiBody.MediaType(context.Request);
        var body = await ApiBody.ReadAsync(context.Request, cancellation) ?? throw ApiException.BadRequest("the patch is empty");
        if (media == ApplyYaml)
        {
            await ApplyAsync(context, type, path, AsObject(body));
            return;
        }

        Func<JsonObject, JsonObject> change = media switch
        {
            Json => live => JsonPatch.Apply(live, body as JsonArray ?? throw ApiException.BadRequest("a JSON patch is a list")),
            Merge => live => Changed(live, JsonMergePatch.Apply, AsObject(body)),
            Strategic when catalog.Definition(type) is null => live => Changed(live, StrategicMergePatch.Apply, AsObject(body)),
            Strategic => throw ApiException.UnsupportedMediaType(media, Json, Merge, ApplyYaml),
            _ => throw ApiException.UnsupportedMediaType(media, Json, Merge, Strategic, ApplyYaml),
        };
        var options = WriteEndpoint.Options(context.Request, path) with { IsPatch = true };
        var scale = ScaleView.For(catalog, type);
        var patched = path.Subresource == "scale"
            ? scale.Of(registry.Update(type, path.Namespace, path.Name, live => scale.Into(live, change(scale.Of(live))), options))
            : registry.Update(EventView.Stored(type), path.Namespace, path.Name, live => events.Admit(type, change(EventView.Show(type, live)), live, options), options);
        await ApiResponse.WriteAsync(context, EventView.Show(type, patched));
    }

    private static JsonObject Changed(JsonObject live, Action<JsonObject, JsonObject> patch, JsonObject body)
    {
        patch(live, body);
        return live;
    }

    private static JsonObject AsObject(JsonNode body) => body as JsonObject ?? throw ApiException.BadRequest("the patch is no object");

    private async Task ApplyAsync(HttpContext context, ResourceType type, ApiPath path, JsonObject configuration)
    {
        var options = WriteEndpoint.Options(context.Request, path) with { IsPatch = true };
        if (context.Request.Query["fieldManager"].ToString().Length == 0)
        {
            throw ApiException.Invalid("PatchOptions", "meta.k8s.io", "", FieldError.Required("fieldManager", "is required for apply patch"));
        }

        if (configuration.At("metadata", "managedFields") is JsonArray { Count: > 0 })
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }

        if (configuration.Text("kind") != type.Kind || configuration.Text("apiVersion") != type.ApiVersion)
        {
            var version = configuration.Text("apiVersion") ?? "";
            throw ApiException.BadRequest($"invalid object type: {(version.Contains('/', StringComparison.Ordinal) ? "" : "/")}{version}, Kind={configuration.Text("kind")}");
        }

        if (schemas.Untyped(type, configuration) is { } problem)
        {
            // The built-in kinds are named so by the API server: without the namespace, and with the group before the slash even where it is empty.
            var what = catalog.Custom(type) is null ? $"/{path.Name}; {type.Group}/{type.Version}" : $"{path.Namespace}/{path.Name}; {type.ApiVersion}";
            throw new ApiException(500, "", $"failed to create typed patch object ({what}, Kind={type.Kind}): {problem}");
        }

        var storedType = EventView.Stored(type);
        configuration = EventView.Store(type, configuration);
        var force = context.Request.Query["force"].ToString() == "true";
        var key = new ObjectKey(storedType.Resource, path.Namespace, path.Name);
        if (store.Find(key) is null)
        {
            if (path.Subresource.Length > 0)
            {
                throw ApiException.NotFound(type.Resource, path.Name);
            }

            if (configuration.Text("metadata", "uid") is { Length: > 0 } uid)
            {
                throw ApiException.Conflict(type.Resource, path.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
            }

            // Who may patch may not therefore make something new.
            var creation = RequestAttributes.Of(context.Request) with { Verb = "create" };
            if (authorizer.Decide(options.User!, creation) is { Allowed: false } denied)
            {
                throw ApiException.Forbidden(creation, options.User!.Name, denied.Reason);
            }

            configuration.Ensure("metadata")["name"] = path.Name;
            var created = Applied(new JsonObject { ["metadata"] = configuration.At("metadata")!.DeepClone() });
            var stored = registry.Create(storedType, path.Namespace, created, options with { Manager = null });
            namespaces.Begin(type, stored);
            await ApiResponse.WriteAsync(context, EventView.Show(type, stored), 201);
            return;
        }

        await ApiResponse.WriteAsync(context, EventView.Show(type, registry.Update(storedType, path.Namespace, path.Name, Applied, options with { Manager = null })));

        JsonObject Applied(JsonObject live) =>
            ServerSideApply.Apply(live, configuration, options.Manager!, force, storedType.ApiVersion, registry.Now, options.Status ? ManagedFields.Status : "");
    }
}
