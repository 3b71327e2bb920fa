using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Api.Schemas;

/// <summary>Drops the fields that a schema does not know.</summary>
public static class SchemaPruning
{
    /// <summary>The paths of what was dropped.</summary>
    public static IReadOnlyList<string> Prune(JsonObject content, Schema schema)
    {
        var dropped = new List<string>();
        Prune(content, schema, "", dropped, isRoot: true);
        dropped.Sort(StringComparer.Ordinal);
        return dropped;
    }

    private static void Prune(JsonNode? node, Schema schema, string path, List<string> dropped, bool isRoot = false)
    {
        switch (node)
        {
            case JsonObject map when schema.Type is "object" or "":
                PruneMap(map, schema, path, dropped, isRoot || schema.Embedded);
                break;
            case JsonArray items when schema.Items is { } each:
                for (var index = 0; index < items.Count; index++)
                {
                    Prune(items[index], each, $"{path}[{index}]", dropped);
                }

                break;
            default:
                break;
        }
    }

    private static void PruneMap(JsonObject map, Schema schema, string path, List<string> dropped, bool isObject)
    {
        List<string>? unknown = null;
        foreach (var (name, value) in map)
        {
            var below = path.Length == 0 ? name : $"{path}.{name}";
            if (isObject && name is "apiVersion" or "kind")
            {
                continue;
            }

            if (isObject && name == "metadata")
            {
                Prune(value, BuiltInSchemas.Metadata, below, dropped);
            }
            else if (schema.Properties.TryGetValue(name, out var property))
            {
                Prune(value, property, below, dropped);
            }
            else if (schema.Additional is { } additional)
            {
                Prune(value, additional, below, dropped);
            }
            else if (!schema.PreserveUnknown && schema is not { Type: "" })
            {
                (unknown ??= []).Add(name);
            }
        }

        foreach (var name in unknown ?? [])
        {
            map.Remove(name);
            dropped.Add(path.Length == 0 ? name : $"{path}.{name}");
        }
    }
}
