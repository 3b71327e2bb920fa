using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Schemas.Rules;

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
        else if (options.User is not null && BuiltInSchemas.Find(type) is { } builtIn)
        {
            Decode(type, content, builtIn);
        }
    }

    /// <summary>Reads it again, after a webhook has changed it.</summary>
    public void Reread(ResourceType type, JsonObject content)
    {
        if (catalog.Schema(type) is { } custom)
        {
            SchemaDefaults.Apply(content, custom);
        }
        else if (BuiltInSchemas.Find(type) is { } builtIn)
        {
            Decode(type, content, builtIn);
        }
    }

    /// <summary>Refuses what the schema of a definition forbids; the cluster's own parts are trusted.</summary>
    public void Check(ResourceType type, JsonObject content, JsonObject? live, WriteOptions options)
    {
        if (options.User is null || catalog.Schema(type) is not { } custom)
        {
            return;
        }

        CheckMetadata(type, content);
        List<FieldError> errors = [.. SchemaValidation.Validate(content, custom)];
        errors.AddRange(Ask(content, live, custom, errors, options));
        if (errors.Count > 0)
        {
            throw ApiException.Invalid(type.Kind, type.Group, content.Text("metadata", "name") ?? "", errors);
        }
    }

    /// <summary>The built-in kinds are structures to the API server, which have no nulls and know amounts.</summary>
    private static void Decode(ResourceType type, JsonObject content, Schema schema)
    {
        CheckMetadata(type, content);
        if (SchemaValidation.Validate(content, schema) is [var first, ..])
        {
            throw Undecodable(type, type.Kind, first);
        }

        if (!SchemaQuantities.Normalize(content, schema))
        {
            throw ApiException.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        }
    }

    private static void CheckMetadata(ResourceType type, JsonObject content)
    {
        if (content.At("metadata") is JsonObject metadata && SchemaValidation.Validate(metadata, BuiltInSchemas.Metadata) is [var wrong, ..])
        {
            throw Undecodable(type, "ObjectMeta.metadata", wrong);
        }
    }

    /// <summary>The first field of an apply configuration that the schema does not know, or knows with another type; null when there is none.</summary>
    public string? Untyped(ResourceType type, JsonObject configuration) =>
        (catalog.Schema(type) ?? BuiltInSchemas.Find(type)) is not { } schema ? null
        : SchemaPruning.Prune(configuration.Copy(), schema) is [var first, ..] ? $".{first}: field not declared in schema"
        : SchemaTyping.Problem(configuration, schema);

    /// <summary>Rules are asked only of values that have the shape for which they were written.</summary>
    private static IReadOnlyList<FieldError> Ask(JsonObject content, JsonObject? live, Schema schema, List<FieldError> errors, WriteOptions options)
    {
        if (schema.HasRules && errors.Any(error => error.Reason is "FieldValueNotSupported" or "FieldValueRequired" or "FieldValueTooLong" or "FieldValueTooMany" or "FieldValueTypeInvalid"))
        {
            return [new FieldError("FieldValueInvalid", "<nil>", "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation")];
        }

        var rules = new RuleValidation(options.Warn);
        rules.Validate(content, live, schema);
        return rules.Errors;
    }

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
    private static ApiException Undecodable(ResourceType type, string within, FieldError error)
    {
        var given = error.Message.Split('"') is [_, var found, ..] ? found : "value";
        var expected = error.Message.Split(" must be of type ") is [_, var rest] ? rest.Split(':')[0] : "value";
        return ApiException.BadRequest(
            $"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: json: cannot unmarshal {Go(given)} into Go struct field {within}.{error.Field} of type {expected}");
    }

    private static string Go(string type) => type switch { "integer" => "number", "boolean" => "bool", _ => type };
}
