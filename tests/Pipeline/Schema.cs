using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TempoCos.Pipeline.Tests;

/// <summary>The part of JSON Schema that docs/receipt.schema.json uses; the feed carries no validator.</summary>
internal static class Schema
{
    private static readonly HashSet<string> Known =
    [
        "$schema", "$id", "title", "description", "format", "type", "const", "enum", "pattern", "minimum", "maximum",
        "maxItems", "items", "required", "properties", "additionalProperties",
    ];

    public static IReadOnlyList<string> Errors(JsonNode schema, JsonNode? value)
    {
        var errors = new List<string>();
        Check(schema.AsObject(), value, "$", errors);
        return errors;
    }

    private static void Check(JsonObject schema, JsonNode? value, string path, List<string> errors)
    {
        foreach (var keyword in schema.Select(pair => pair.Key).Where(keyword => !Known.Contains(keyword)))
        {
            throw new NotSupportedException($"{path}: the schema uses {keyword}, which this test does not check");
        }

        if (schema["type"] is { } type && !HasType(value, (string)type!))
        {
            errors.Add($"{path}: not of type {type}");
            return;
        }

        if (schema["const"] is { } constant && !JsonNode.DeepEquals(constant, value))
        {
            errors.Add($"{path}: not {constant}");
        }

        if (schema["enum"] is JsonArray allowed && !allowed.Any(item => JsonNode.DeepEquals(item, value)))
        {
            errors.Add($"{path}: {value} is none of {allowed.ToJsonString()}");
        }

        if (schema["pattern"] is { } pattern && !Regex.IsMatch((string)value!, (string)pattern!))
        {
            errors.Add($"{path}: {value} does not match {pattern}");
        }

        if (schema["minimum"] is { } minimum && Number(value) < Number(minimum))
        {
            errors.Add($"{path}: {value} is below {minimum}");
        }

        if (schema["maximum"] is { } maximum && Number(value) > Number(maximum))
        {
            errors.Add($"{path}: {value} is above {maximum}");
        }

        if (value is JsonArray array)
        {
            if (schema["maxItems"] is { } most && array.Count > (int)most)
            {
                errors.Add($"{path}: more than {most} items");
            }

            for (var index = 0; index < array.Count && schema["items"] is JsonObject items; index++)
            {
                Check(items, array[index], $"{path}[{index}]", errors);
            }
        }

        if (value is JsonObject members)
        {
            CheckMembers(schema, members, path, errors);
        }
    }

    private static void CheckMembers(JsonObject schema, JsonObject members, string path, List<string> errors)
    {
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(item => (string)item!).Where(name => !members.ContainsKey(name)))
        {
            errors.Add($"{path}.{name}: missing");
        }

        foreach (var (name, member) in members)
        {
            if (schema["properties"]?[name] is JsonObject property)
            {
                Check(property, member, $"{path}.{name}", errors);
            }
            else if (schema["additionalProperties"] is JsonObject other)
            {
                Check(other, member, $"{path}.{name}", errors);
            }
            else if (schema["additionalProperties"] is JsonValue flag && !flag.GetValue<bool>())
            {
                errors.Add($"{path}.{name}: not in the schema");
            }
        }
    }

    private static double Number(JsonNode? value) => double.Parse(value!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    private static bool HasType(JsonNode? value, string type) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == System.Text.Json.JsonValueKind.String,
        "boolean" => value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        "number" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number,
        "integer" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number && !value.ToJsonString().Contains('.', StringComparison.Ordinal),
        _ => throw new NotSupportedException(type),
    };
}
