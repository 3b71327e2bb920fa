using System.Text.Json;
using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Api.Json;

/// <summary>JSON as the API server reads it: of fields that come twice, the last counts.</summary>
public static class JsonText
{
    public static JsonNode? Parse(ReadOnlySpan<byte> json, ICollection<string> duplicates)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var node = Value(ref reader, "", duplicates);
        return reader.Read() ? throw new JsonException("there is more after the object") : node;
    }

    private static JsonNode? Value(ref Utf8JsonReader reader, string path, ICollection<string> duplicates) => reader.TokenType switch
    {
        JsonTokenType.StartObject => Map(ref reader, path, duplicates),
        JsonTokenType.StartArray => Items(ref reader, path, duplicates),
        JsonTokenType.String => JsonValue.Create(reader.GetString()),
        JsonTokenType.Null => null,
        _ => JsonNode.Parse(reader.ValueSpan),
    };

    private static JsonObject Map(ref Utf8JsonReader reader, string path, ICollection<string> duplicates)
    {
        var map = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            var below = path.Length == 0 ? name : $"{path}.{name}";
            if (map.ContainsKey(name))
            {
                duplicates.Add(below);
            }

            reader.Read();
            map[name] = Value(ref reader, below, duplicates);
        }

        return map;
    }

    private static JsonArray Items(ref Utf8JsonReader reader, string path, ICollection<string> duplicates)
    {
        var items = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Value(ref reader, $"{path}[{items.Count}]", duplicates));
        }

        return items;
    }
}
