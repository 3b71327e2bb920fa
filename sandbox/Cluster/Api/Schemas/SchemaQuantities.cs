using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Schemas;

/// <summary>Brings a built-in kind into the form in which the API server keeps it: without nulls, amounts in their shortest form.</summary>
public static class SchemaQuantities
{
    /// <summary>False if an amount is none.</summary>
    public static bool Normalize(JsonNode? node, Schema schema)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, value) in map.ToList())
                {
                    var below = schema.Properties.GetValueOrDefault(name) ?? schema.Additional;
                    if (value is null)
                    {
                        map.Remove(name);
                    }
                    else if (below is { IsQuantity: true })
                    {
                        if (Quantity.Find(value) is not { } amount)
                        {
                            return false;
                        }

                        map[name] = amount.ToString();
                    }
                    else if (below is not null && !Normalize(value, below))
                    {
                        return false;
                    }
                }

                return true;
            case JsonArray items when schema.Items is { } each:
                return items.All(item => Normalize(item, each));
            default:
                return true;
        }
    }
}
