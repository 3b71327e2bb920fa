using System.Text.Json.Nodes;
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
public sealed class PatchEndpoint(ResourceRegistry registry, ObjectStore store, ResourceCatalog catalog, SchemaAdmission schemas, EventAdmission events, Authorizer authorizer)
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
        var options = WriteEndpoint.Options(context.Request, path);
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
        var options = WriteEndpoint.Options(context.Request, path);
        if (context.Request.Query["fieldManager"].ToString().Length == 0)
        {
            throw ApiException.BadRequest("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        }

        if (configuration.At("metadata", "managedFields") is JsonArray { Count: > 0 })
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }

        if (schemas.Undeclared(type, configuration) is { } unknown)
        {
            var what = $"{(path.Namespace.Length == 0 ? "" : path.Namespace + "/")}{path.Name}; {type.ApiVersion}, Kind={type.Kind}";
            throw new ApiException(500, "", $"failed to create typed patch object ({what}): .{unknown}: field not declared in schema");
        }

        var storedType = EventView.Stored(type);
        configuration = EventView.Store(type, configuration);
        var force = context.Request.Query["force"].ToString() == "true";
        var key = new ObjectKey(storedType.Resource, path.Namespace, path.Name);
        if (store.Find(key) is null)
        {
            if (path.Subresource.Length > 0 || configuration.Text("metadata", "uid") is { Length: > 0 })
            {
                throw ApiException.NotFound(type.Resource, path.Name);
            }

            // Who may patch may not therefore make something new.
            if (authorizer.Decide(options.User!, RequestAttributes.Of(context.Request) with { Verb = "create" }) is { Allowed: false } denied)
            {
                throw ApiException.Forbidden(type.Resource, path.Name, denied.Reason);
            }

            configuration.Ensure("metadata")["name"] = path.Name;
            var created = Applied(new JsonObject { ["metadata"] = configuration.At("metadata")!.DeepClone() });
            await ApiResponse.WriteAsync(context, EventView.Show(type, registry.Create(storedType, path.Namespace, created, options with { Manager = null })), 201);
            return;
        }

        await ApiResponse.WriteAsync(context, EventView.Show(type, registry.Update(storedType, path.Namespace, path.Name, Applied, options with { Manager = null })));

        JsonObject Applied(JsonObject live) =>
            ServerSideApply.Apply(live, configuration, options.Manager!, force, storedType.ApiVersion, registry.Now, options.Status ? ManagedFields.Status : "");
    }
}
