using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Schemas.Rules;

/// <summary>The values of an object as expressions see them: typed by the schema, without the fields that it does not know.</summary>
public static class RuleValue
{
    private static readonly HashSet<string> Reserved =
    [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while",
    ];

    /// <summary>The name by which an expression calls a property, where that is no identifier of the language.</summary>
    public static string Escape(string name) => Reserved.Contains(name)
        ? $"__{name}__"
        : name.Replace("__", "__underscores__", StringComparison.Ordinal).Replace(".", "__dot__", StringComparison.Ordinal)
            .Replace("-", "__dash__", StringComparison.Ordinal).Replace("/", "__slash__", StringComparison.Ordinal);

    public static object? Of(JsonNode? node, Schema schema, bool root = false) => node switch
    {
        null => null,
        JsonObject map => Map(map, schema, root),
        JsonArray items => items.Select(item => Of(item, schema.Items ?? Schema.Any)).ToArray(),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => Text(node.Text()!, schema),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => Number(node, schema),
        },
    };

    private static object Number(JsonNode node, Schema schema) =>
        schema.Type != "number" && long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? (object)whole : node.Deserialize<double>();

    private static Dictionary<string, object?> Map(JsonObject map, Schema schema, bool root)
    {
        var seen = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in map)
        {
            if (root && name == "metadata")
            {
                // Of its metadata, an object's rules see only the names.
                seen[name] = new Dictionary<string, object?>(((string[])["name", "generateName"])
                    .Where(known => value.Text(known) is not null).Select(known => KeyValuePair.Create(known, (object?)value.Text(known))));
            }
            else if (root && name is "apiVersion" or "kind")
            {
                seen[name] = value.Text();
            }
            else if (schema.Properties.TryGetValue(name, out var property))
            {
                seen[Escape(name)] = Of(value, property);
            }
            else if (schema.Additional is { } additional)
            {
                seen[name] = Of(value, additional);
            }
            else if (schema.PreserveUnknown || schema.Type.Length == 0)
            {
                seen[Escape(name)] = Of(value, Schema.Any);
            }
        }

        return seen;
    }

    private static object Text(string text, Schema schema) => schema.Format switch
    {
        "date-time" or "date" when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        "duration" => RuleLibrary.Duration(text),
        "byte" when Convert.TryFromBase64String(text, new byte[text.Length], out _) => ByteString.FromBase64(text),
        _ => text,
    };
}
