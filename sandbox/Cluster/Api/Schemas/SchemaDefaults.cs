using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Api.Schemas;

/// <summary>Fills in the defaults of a schema, from the outside in.</summary>
public static class SchemaDefaults
{
    public static void Apply(JsonNode? node, Schema schema)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, property) in schema.Properties)
                {
                    if (property.Default is not null && (!map.TryGetPropertyValue(name, out var given) || (given is null && !property.Nullable)))
                    {
                        map[name] = property.Default.DeepClone();
                    }

                    Apply(map[name], property);
                }

                if (schema.Additional is { } values)
                {
                    foreach (var (name, value) in map)
                    {
                        if (!schema.Properties.ContainsKey(name))
                        {
                            Apply(value, values);
                        }
                    }
                }

                break;
            case JsonArray items when schema.Items is { } each:
                foreach (var item in items)
                {
                    Apply(item, each);
                }

                break;
            default:
                break;
        }
    }
}
