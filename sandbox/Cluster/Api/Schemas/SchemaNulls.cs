using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Api.Schemas;

/// <summary>Takes out what a client wrote as null although the schema does not allow null: clients written in Go write empty lists and maps so.</summary>
public static class SchemaNulls
{
    /// <summary>A null that a default takes the place of stays for it.</summary>
    public static void Prune(JsonNode? node, Schema schema)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, value) in map.ToList())
                {
                    if (schema.Properties.TryGetValue(name, out var property))
                    {
                        if (value is null && !property.Nullable && property.Default is null)
                        {
                            map.Remove(name);
                        }

                        Prune(value, property);
                    }
                    else if (schema.Additional is { } values)
                    {
                        Prune(value, values);
                    }
                }

                break;
            case JsonArray items when schema.Items is { } each:
                foreach (var item in items)
                {
                    Prune(item, each);
                }

                break;
            default:
                break;
        }
    }
}
