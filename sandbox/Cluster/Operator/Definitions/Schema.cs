using System.Text.Json.Nodes;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Definitions;

/// <summary>OpenAPI schemas in few words.</summary>
public static class Schema
{
    private const string QuantityPattern = @"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

    public static JsonObject Fields(string description, params ReadOnlySpan<(string Name, JsonNode? Value)> properties) =>
        Map(("description", description), ("type", "object"), ("properties", Map(properties)));

    /// <summary>Names of properties that must be there.</summary>
    public static JsonObject Requires(this JsonObject schema, params ReadOnlySpan<string> names)
    {
        schema["required"] = new JsonArray();
        foreach (var name in names)
        {
            ((JsonArray)schema["required"]!).Add((JsonNode)name);
        }

        return schema;
    }

    public static JsonObject With(this JsonObject schema, string keyword, JsonNode value)
    {
        schema[keyword] = value;
        return schema;
    }

    public static JsonObject Text(string description) => Map(("description", description), ("type", "string"));

    public static JsonObject Flag(string description) => Map(("description", description), ("type", "boolean"));

    public static JsonObject Whole(string description, string? format = null) => Map(("description", description), ("type", "integer"), ("format", format));

    public static JsonObject Choice(string description, params ReadOnlySpan<string> values)
    {
        var schema = Text(description);
        schema["enum"] = new JsonArray();
        foreach (var value in values)
        {
            ((JsonArray)schema["enum"]!).Add((JsonNode)value);
        }

        return schema;
    }

    public static JsonObject Quantity(string description) => Map(
        ("description", description),
        ("anyOf", List(Map(("type", "integer")), Map(("type", "string")))),
        ("pattern", QuantityPattern),
        ("x-kubernetes-int-or-string", true));

    public static JsonObject Listed(string description, JsonObject items) => Map(("description", description), ("type", "array"), ("items", items));

    public static JsonObject Texts(string description) => Listed(description, Map(("type", "string")));

    public static JsonObject MapOf(string description, JsonObject values) => Map(("description", description), ("type", "object"), ("additionalProperties", values));

    public static JsonObject TextMap(string description) => MapOf(description, Map(("type", "string")));

    /// <summary>Whatever is given stays.</summary>
    public static JsonObject Open(string description) => Map(("description", description), ("type", "object"), ("x-kubernetes-preserve-unknown-fields", true));
}
