using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Schemas;

namespace TempoCos.Cluster.Api.Discovery;

/// <summary>
/// As much OpenAPI as kubectl needs: version 3 tells that the server validates fields, and shows the schemas of all kinds;
/// version 2 (a protobuf message) is there and empty.
/// </summary>
public static class OpenApiDocuments
{
    /// <summary>openapi.v2.Document with swagger (1) = "2.0", info (2) = title and version, paths (8) empty.</summary>
    public static ReadOnlyMemory<byte> Version2 { get; } =
        (byte[])[0x0a, 3, .. "2.0"u8, 0x12, 20, 0x0a, 10, .. "Kubernetes"u8, 0x12, 6, .. "v1.32."u8, 0x42, 0];

    public static JsonObject Root(IReadOnlyList<ResourceType> types) => new()
    {
        ["paths"] = new JsonObject(types.Select(type => type.Group.Length == 0 ? "api/v1" : $"apis/{type.ApiVersion}").Distinct()
            .Select(path => KeyValuePair.Create<string, JsonNode?>(path, new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}" }))),
    };

    public static JsonObject Version3(IReadOnlyList<ResourceType> types, string group, string version, ResourceCatalog catalog)
    {
        var paths = new JsonObject();
        var schemas = new JsonObject();
        foreach (var type in types.Where(type => type.Group == group && type.Version == version && !type.IsReview))
        {
            var root = group.Length == 0 ? "/api/v1" : $"/apis/{type.ApiVersion}";
            var item = new JsonObject
            {
                ["get"] = Operation(type, "get"),
                ["put"] = Operation(type, "put"),
                ["patch"] = Operation(type, "patch"),
                ["delete"] = Operation(type, "delete"),
            };
            paths[$"{root}/{(type.Namespaced ? "namespaces/{namespace}/" : "")}{type.Plural}/{{name}}"] = item;
            paths[$"{root}/{(type.Namespaced ? "namespaces/{namespace}/" : "")}{type.Plural}"] = new JsonObject { ["post"] = Operation(type, "post") };
            schemas[SchemaName(type)] = Schema(type, catalog, schemas);
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = PlainDiscovery.GitVersion },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static string SchemaName(ResourceType type) => $"{(type.Group.Length == 0 ? "core" : type.Group)}.{type.Version}.{type.Kind}";

    private static JsonArray Kinds(ResourceType type) => [new JsonObject { ["group"] = type.Group, ["version"] = type.Version, ["kind"] = type.Kind }];

    private static JsonObject Operation(ResourceType type, string method) => new()
    {
        ["operationId"] = $"{method}{type.Kind}",
        ["parameters"] = method is "get" or "delete" ? [] : new JsonArray(Parameter("dryRun"), Parameter("fieldManager"), Parameter("fieldValidation")),
        ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
        ["x-kubernetes-group-version-kind"] = Kinds(type)[0]!.DeepClone(),
    };

    private static JsonObject Parameter(string name) => new()
    {
        ["name"] = name,
        ["in"] = "query",
        ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true },
    };

    private static JsonObject Schema(ResourceType type, ResourceCatalog catalog, JsonObject all)
    {
        var schema = catalog.Custom(type)?.OpenApi(type.Version) as JsonObject
            ?? (BuiltInSchemas.Find(type) is { } known ? SchemaWriter.Write(known, all) : new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true });
        schema["x-kubernetes-group-version-kind"] = Kinds(type);
        return schema;
    }
}
