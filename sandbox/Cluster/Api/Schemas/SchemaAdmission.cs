using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Schemas;

/// <summary>Brings what is written into the shape of its kind: unknown fields out, defaults in, and nothing that the schema forbids.</summary>
public sealed class SchemaAdmission(ResourceCatalog catalog)
{
    /// <summary>Fields out that are not known, and nulls that may not be, defaults in.</summary>
    public void Prepare(ResourceType type, JsonObject content, WriteOptions options)
    {
        var custom = catalog.Schema(type);
        if (options.User is not null && (custom ?? BuiltInSchemas.Find(type)) is { } schema)
        {
            Report(type, SchemaPruning.Prune(content, schema), options);
        }

        if (custom is not null)
        {
            SchemaNulls.Prune(content, custom);
            SchemaDefaults.Apply(content, custom);
        }
    }

    /// <summary>Defaults in again, after a webhook has changed the object.</summary>
    public void Default(ResourceType type, JsonObject content)
    {
        if (catalog.Schema(type) is { } custom)
        {
            SchemaDefaults.Apply(content, custom);
        }
    }

    /// <summary>Refuses what the schema forbids; the cluster's own parts are trusted.</summary>
    public void Check(ResourceType type, JsonObject content, WriteOptions options)
    {
        var custom = catalog.Schema(type);
        if (options.User is not null
            && (custom ?? BuiltInSchemas.Find(type)) is { } schema
            && SchemaValidation.Validate(content, schema) is { Count: > 0 } errors)
        {
            throw custom is not null
                ? ApiException.Invalid(type.Kind, type.Group, content.Text("metadata", "name") ?? "", errors)
                : Undecodable(type, errors[0]);
        }
    }

    /// <summary>The first field of an apply configuration that the schema does not know, or null.</summary>
    public string? Undeclared(ResourceType type, JsonObject configuration) =>
        (catalog.Schema(type) ?? BuiltInSchemas.Find(type)) is { } schema && SchemaPruning.Prune(configuration.Copy(), schema) is [var first, ..] ? first : null;

    private static void Report(ResourceType type, IReadOnlyList<string> dropped, WriteOptions options)
    {
        if (dropped.Count == 0)
        {
            return;
        }

        if (options.FieldValidation == "Strict")
        {
            throw ApiException.BadRequest(
                $"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: strict decoding error: {string.Join(", ", dropped.Select(field => $"unknown field \"{field}\""))}");
        }

        if (options.FieldValidation != "Ignore")
        {
            foreach (var field in dropped)
            {
                options.Warn?.Invoke($"unknown field \"{field}\"");
            }
        }
    }

    /// <summary>The built-in kinds are structures to the API server: what has another type cannot be read at all.</summary>
    private static ApiException Undecodable(ResourceType type, FieldError error)
    {
        var given = error.Message.Split('"') is [_, var found, ..] ? found : "value";
        var expected = error.Message.Split(" must be of type ") is [_, var rest] ? rest.Split(':')[0] : "value";
        return ApiException.BadRequest(
            $"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: json: cannot unmarshal {Go(given)} into Go struct field {type.Kind}.{error.Field} of type {expected}");
    }

    private static string Go(string type) => type switch { "integer" => "number", "boolean" => "bool", _ => type };
}
