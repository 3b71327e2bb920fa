using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Schemas.Rules;

namespace TempoCos.Cluster.Api.Schemas;

/// <summary>Compiles the OpenAPI v3 schema of a CustomResourceDefinition.</summary>
public static class SchemaReader
{
    public static Schema Read(JsonNode? schema, bool root = false)
    {
        var read = Shape(schema);

        // Those of allOf are asked of the same value.
        read.Rules = [.. schema.Objects("x-kubernetes-validations").Concat(schema.Objects("allOf").SelectMany(all => all.Objects("x-kubernetes-validations")))
            .Select(rule => new Rule(rule, read, root || read.Embedded))];
        read.HasRules = read.Rules.Count > 0 || read.Properties.Values.Any(property => property.HasRules) || read.Items is { HasRules: true } || read.Additional is { HasRules: true };
        return read;
    }

    private static Schema Shape(JsonNode? schema) => new()
    {
        Type = schema.Text("type") ?? "",
        Format = schema.Text("format") ?? "",
        IntOrString = schema.Flag("x-kubernetes-int-or-string"),
        Nullable = schema.Flag("nullable"),
        PreserveUnknown = schema.Flag("x-kubernetes-preserve-unknown-fields"),
        Embedded = schema.Flag("x-kubernetes-embedded-resource"),
        Properties = (schema.At("properties") as JsonObject ?? []).ToDictionary(property => property.Key, property => Read(property.Value)),
        Items = schema.At("items") is JsonObject items ? Read(items) : null,
        Additional = schema.At("additionalProperties") switch
        {
            JsonObject values => Read(values),
            JsonValue value when value.TryGetValue<bool>(out var any) && any => new Schema(),
            _ => null,
        },
        Required = [.. schema.Texts("required")],
        Enumeration = schema.At("enum") is JsonArray choices ? [.. choices] : [],
        PatternText = schema.Text("pattern") ?? "",
        Pattern = schema.Text("pattern") is { } pattern ? GoPattern.Compile(pattern) : null,
        Minimum = Real(schema, "minimum"),
        Maximum = Real(schema, "maximum"),
        ExclusiveMinimum = schema.Flag("exclusiveMinimum"),
        ExclusiveMaximum = schema.Flag("exclusiveMaximum"),
        MultipleOf = Real(schema, "multipleOf"),
        MinimumLength = schema.Number("minLength"),
        MaximumLength = schema.Number("maxLength"),
        MinimumItems = schema.Number("minItems"),
        MaximumItems = schema.Number("maxItems"),
        MinimumProperties = schema.Number("minProperties"),
        MaximumProperties = schema.Number("maxProperties"),
        UniqueItems = schema.Text("x-kubernetes-list-type") == "set",
        ListKeys = [.. schema.Texts("x-kubernetes-list-map-keys")],
        Default = schema.At("default"),
        AllOf = Many(schema, "allOf"),
        AnyOf = Many(schema, "anyOf"),
        OneOf = Many(schema, "oneOf"),
        Not = schema.At("not") is JsonObject excluded ? Shape(excluded) : null,
    };

    private static double? Real(JsonNode? schema, string name) => schema.At(name) is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    private static IReadOnlyList<Schema> Many(JsonNode? schema, string name) => [.. schema.Objects(name).Select(Shape)];
}
