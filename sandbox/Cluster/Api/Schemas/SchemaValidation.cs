using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Schemas;

/// <summary>What of an object a schema does not allow, in the words of the API server.</summary>
public static class SchemaValidation
{
    public static IReadOnlyList<FieldError> Validate(JsonObject content, Schema schema)
    {
        var errors = new List<FieldError>();
        foreach (var (name, property) in schema.Properties)
        {
            if (name is not ("apiVersion" or "kind" or "metadata") && content.TryGetPropertyValue(name, out var value))
            {
                Validate(value, property, name, errors);
            }
        }

        Demand(content, schema, "", errors);
        return errors;
    }

    private static void Validate(JsonNode? node, Schema schema, string path, List<FieldError> errors)
    {
        if (node is null && schema.Nullable)
        {
            return;
        }

        if (!HasType(node, schema))
        {
            var expected = schema.IntOrString ? "integer,string" : schema.Type;
            errors.Add(new("FieldValueTypeInvalid", path, $"Invalid value: \"{TypeOf(node)}\": {path} in body must be of type {expected}: \"{TypeOf(node)}\""));
            return;
        }

        switch (node)
        {
            case JsonObject map:
                ValidateMap(map, schema, path, errors);
                break;
            case JsonArray items:
                ValidateItems(items, schema, path, errors);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                ValidateText(value.GetValue<string>(), schema, path, errors);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                ValidateNumber(value, schema, path, errors);
                break;
            default:
                break;
        }

        if (schema.Enumeration.Count > 0 && !schema.Enumeration.Any(one => JsonNode.DeepEquals(one, node)))
        {
            errors.Add(new("FieldValueNotSupported", path, $"Unsupported value: {Show(node)}: supported values: {string.Join(", ", schema.Enumeration.Select(Show))}"));
        }

        Combine(node, schema, path, errors);
    }

    private static void Combine(JsonNode? node, Schema schema, string path, List<FieldError> errors)
    {
        foreach (var all in schema.AllOf)
        {
            Validate(node, all, path, errors);
        }

        if (schema.AnyOf.Count > 0 && !schema.IntOrString && !schema.AnyOf.Any(Holds))
        {
            errors.Add(Wrong(path, Show(node), $"{path} in body must validate at least one schema (anyOf)"));
        }

        if (schema.OneOf.Count > 0 && schema.OneOf.Count(Holds) is not 1 and var count)
        {
            errors.Add(Wrong(path, Show(node), $"{path} in body must validate one and only one schema (oneOf). {(count == 0 ? "Found none valid" : $"Found {count} valid alternatives")}"));
        }

        if (schema.Not is { } not && Holds(not))
        {
            errors.Add(Wrong(path, Show(node), $"{path} in body must not validate the schema (not)"));
        }

        bool Holds(Schema one)
        {
            var found = new List<FieldError>();
            Validate(node, one, path, found);
            return found.Count == 0;
        }
    }

    private static void ValidateMap(JsonObject map, Schema schema, string path, List<FieldError> errors)
    {
        Demand(map, schema, path, errors);
        foreach (var (name, value) in map)
        {
            if (schema.Properties.TryGetValue(name, out var property))
            {
                Validate(value, property, $"{path}.{name}", errors);
            }
            else if (schema.Additional is { } additional)
            {
                Validate(value, additional, $"{path}.{name}", errors);
            }
        }

        if (map.Count < schema.MinimumProperties)
        {
            errors.Add(Wrong(path, Number(map.Count), $"{path} in body should have at least {schema.MinimumProperties} properties"));
        }

        if (map.Count > schema.MaximumProperties)
        {
            errors.Add(new("FieldValueTooMany", path, $"Too many: {map.Count}: must have at most {schema.MaximumProperties} items"));
        }
    }

    private static void Demand(JsonObject map, Schema schema, string path, List<FieldError> errors) =>
        errors.AddRange(schema.Required.Where(name => !map.ContainsKey(name)).Select(name => FieldError.Required(path.Length == 0 ? name : $"{path}.{name}")));

    private static void ValidateItems(JsonArray items, Schema schema, string path, List<FieldError> errors)
    {
        if (items.Count < schema.MinimumItems)
        {
            errors.Add(Wrong(path, Number(items.Count), $"{path} in body should have at least {schema.MinimumItems} items"));
        }

        if (items.Count > schema.MaximumItems)
        {
            errors.Add(new("FieldValueTooMany", path, $"Too many: {items.Count}: must have at most {schema.MaximumItems} items"));
        }

        var seen = new HashSet<string>();
        for (var index = 0; index < items.Count; index++)
        {
            var item = items[index];
            if (schema.Items is { } each)
            {
                Validate(item, each, $"{path}[{index}]", errors);
            }

            var key = schema.UniqueItems ? Show(item)
                : schema.ListKeys.Count > 0 ? new JsonObject(schema.ListKeys.Select(name => KeyValuePair.Create(name, item.At(name)?.DeepClone()))).ToJsonString()
                : null;
            if (key is not null && !seen.Add(key))
            {
                errors.Add(new("FieldValueDuplicate", $"{path}[{index}]", $"Duplicate value: {key}"));
            }
        }
    }

    private static void ValidateText(string text, Schema schema, string path, List<FieldError> errors)
    {
        var length = text.EnumerateRunes().Count();
        if (length < schema.MinimumLength)
        {
            errors.Add(Wrong(path, $"\"{text}\"", $"{path} in body should be at least {schema.MinimumLength} chars long"));
        }

        if (length > schema.MaximumLength)
        {
            errors.Add(new("FieldValueTooLong", path, $"Too long: may not be more than {schema.MaximumLength} bytes"));
        }

        if (schema.Pattern?.IsMatch(text) == false)
        {
            errors.Add(Wrong(path, $"\"{text}\"", $"{path} in body should match '{schema.PatternText}'"));
        }

        if (!HasFormat(text, schema.Format))
        {
            errors.Add(Wrong(path, $"\"{text}\"", $"{path} in body must be of type {schema.Format}: \"{text}\""));
        }
    }

    private static bool HasFormat(string text, string format) => format switch
    {
        "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) && text.Contains('T', StringComparison.OrdinalIgnoreCase),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        "uuid" => Guid.TryParse(text, out _),
        "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
        "ipv4" => System.Net.IPAddress.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork,
        "ipv6" => System.Net.IPAddress.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
        _ => true,
    };

    private static void ValidateNumber(JsonValue value, Schema schema, string path, List<FieldError> errors)
    {
        var number = value.Deserialize<double>();
        if (schema.Minimum is { } least && (schema.ExclusiveMinimum ? number <= least : number < least))
        {
            errors.Add(Wrong(path, Show(value), $"{path} in body should be greater than {(schema.ExclusiveMinimum ? "" : "or equal to ")}{Number(least)}"));
        }

        if (schema.Maximum is { } most && (schema.ExclusiveMaximum ? number >= most : number > most))
        {
            errors.Add(Wrong(path, Show(value), $"{path} in body should be less than {(schema.ExclusiveMaximum ? "" : "or equal to ")}{Number(most)}"));
        }

        if (schema.MultipleOf is { } factor && Math.Abs(Math.IEEERemainder(number, factor)) > 1e-9)
        {
            errors.Add(Wrong(path, Show(value), $"{path} in body should be a multiple of {Number(factor)}"));
        }
    }

    private static bool HasType(JsonNode? node, Schema schema) => schema.IntOrString ? TypeOf(node) is "integer" or "string" || (schema.IsQuantity && TypeOf(node) == "number") : schema.Type switch
    {
        "" => true,
        "number" => TypeOf(node) is "integer" or "number",
        var type => TypeOf(node) == type,
    };

    private static string TypeOf(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            _ => double.IsInteger(node.Deserialize<double>()) ? "integer" : "number",
        },
    };

    private static FieldError Wrong(string path, string shown, string why) => new("FieldValueInvalid", path, $"Invalid value: {shown}: {why}");

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Show(JsonNode? node) => node switch
    {
        null => "null",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => $"\"{value.GetValue<string>()}\"",
        _ => Encoding.UTF8.GetString(node.ToBytes()),
    };
}
