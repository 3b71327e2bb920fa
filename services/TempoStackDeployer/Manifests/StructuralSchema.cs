using System.Text.Json;
using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>
/// What a value breaks of a custom resource's schema: names of fields, types, enumerations and what is required. Patterns and rules are left to the server, whose
/// languages they are in.
/// </summary>
internal static class StructuralSchema
{
    private const int Shown = 40;

    public static IEnumerable<string> Problems(JsonObject schema, JsonNode? value, string path) => value is null ? [] : (value, Type(schema)) switch
    {
        (_, "integer or string") => value.GetValueKind() == JsonValueKind.String || IsInteger(value) ? [] : [Expected("an integer or a string", value, path)],
        (JsonObject fields, "object") => Fields(schema, fields, path),
        (JsonArray items, "array") => schema["items"] is JsonObject one ? items.SelectMany((item, index) => Problems(one, item, $"{path}[{index}]")) : [],
        (JsonValue, "string") when value.GetValueKind() == JsonValueKind.String => Enumerated(schema, value, path),
        (JsonValue, "integer") when IsInteger(value) => Enumerated(schema, value, path),
        (JsonValue, "number") when value.GetValueKind() == JsonValueKind.Number => [],
        (JsonValue, "boolean") when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => [],
        (_, "") => [],
        (_, var type) => [Expected(type is "integer" or "array" or "object" ? $"an {type}" : $"a {type}", value, path)],
    };

    private static string Type(JsonObject schema) =>
        Flag(schema, "x-kubernetes-int-or-string") ? "integer or string" : schema["type"]?.ToString() ?? "";

    private static IEnumerable<string> Fields(JsonObject schema, JsonObject fields, string path)
    {
        var known = schema["properties"] as JsonObject ?? [];
        var others = schema["additionalProperties"] as JsonObject;
        var isOpen = Flag(schema, "x-kubernetes-preserve-unknown-fields") || Flag(schema, "additionalProperties") || (known.Count == 0 && others is null);
        foreach (var (name, value) in fields)
        {
            var field = $"{path}.{name}";
            if (known[name] is JsonObject one)
            {
                foreach (var problem in Problems(one, value, field))
                {
                    yield return problem;
                }
            }
            else if (others is not null)
            {
                foreach (var problem in Problems(others, value, field))
                {
                    yield return problem;
                }
            }
            else if (!isOpen)
            {
                yield return $"{field}: no such field; there are {string.Join(", ", known.Select(pair => pair.Key).Order(StringComparer.Ordinal))}";
            }
        }

        foreach (var name in (schema["required"] as JsonArray ?? []).Select(name => name!.ToString()))
        {
            if (fields[name] is null && (known[name] as JsonObject)?["default"] is null)
            {
                yield return $"{path}.{name}: required";
            }
        }
    }

    private static IEnumerable<string> Enumerated(JsonObject schema, JsonNode value, string path) =>
        schema["enum"] is JsonArray allowed && !allowed.Any(one => JsonNode.DeepEquals(one, value))
            ? [$"{path}: {Short(value)} is none of {string.Join(", ", allowed.Select(one => Short(one!)))}"] : [];

    private static string Expected(string type, JsonNode value, string path) => $"{path}: expected {type}, got {Short(value)}";

    private static string Short(JsonNode value) => value.ToJsonString() is { Length: > Shown } text ? $"{text[..Shown]}…" : value.ToJsonString();

    private static bool IsInteger(JsonNode value) => value.GetValueKind() == JsonValueKind.Number && decimal.TryParse(
        value.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) && decimal.IsInteger(number);

    private static bool Flag(JsonObject schema, string name) => schema[name] is JsonValue value && value.GetValueKind() == JsonValueKind.True;
}
