using System.Text.Json;
using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Api.Schemas;

/// <summary>Whether an apply configuration has the types of its schema, in the words of structured merge, which reads it before anything else does.</summary>
public static class SchemaTyping
{
    public static string? Problem(JsonObject configuration, Schema schema) =>
        configuration.Where(field => field.Key is not ("apiVersion" or "kind" or "metadata"))
            .Select(field => schema.Properties.TryGetValue(field.Key, out var property) ? Find(field.Value, property, $".{field.Key}") : null)
            .FirstOrDefault(problem => problem is not null);

    private static string? Find(JsonNode? node, Schema schema, string path)
    {
        if (node is null || schema.IntOrString || schema.Type.Length == 0)
        {
            return null;
        }

        if (Expected(node, schema) is { } expected)
        {
            return $"{path}: expected {expected}, got {Shown(node, expected)}";
        }

        return node switch
        {
            JsonObject map => map
                .Select(field => (schema.Properties.GetValueOrDefault(field.Key) ?? schema.Additional) is { } below ? Find(field.Value, below, $"{path}.{field.Key}") : null)
                .FirstOrDefault(problem => problem is not null),
            JsonArray items when schema.Items is { } each => items
                .Select((item, index) => Find(item, each, $"{path}[{index}]")).FirstOrDefault(problem => problem is not null),
            _ => null,
        };
    }

    private static string? Expected(JsonNode node, Schema schema) => (schema.Type, node.GetValueKind()) switch
    {
        ("object", not JsonValueKind.Object) => "map",
        ("array", not JsonValueKind.Array) => "list",
        ("string", not JsonValueKind.String) => "string",
        ("boolean", not (JsonValueKind.True or JsonValueKind.False)) => "boolean",
        ("integer" or "number", not JsonValueKind.Number) => "numeric (int or float)",
        _ => null,
    };

    private static string Shown(JsonNode node, string expected) => node switch
    {
        JsonArray items => $"&{{[{string.Join(' ', items.Select(item => item?.ToString()))}]}}",
        JsonObject map => $"&{{map[{string.Join(' ', map.Select(field => $"{field.Key}:{field.Value}"))}]}}",
        _ when expected.StartsWith("numeric", StringComparison.Ordinal) => node.GetValueKind() == JsonValueKind.String ? "string" : "boolean",
        _ => $"&value.valueUnstructured{{Value:{node.ToJsonString()}}}",
    };
}
