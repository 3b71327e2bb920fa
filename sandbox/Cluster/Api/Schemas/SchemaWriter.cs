using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Api.Schemas;

/// <summary>Writes the shape of a built-in kind as OpenAPI, with a component for each structure below it.</summary>
public static class SchemaWriter
{
    /// <summary>The schema of the kind itself; what it refers to is added to the components.</summary>
    public static JsonObject Write(Schema schema, JsonObject components)
    {
        var written = Plain(schema);
        written["properties"] = new JsonObject(schema.Properties.Select(property => KeyValuePair.Create<string, JsonNode?>(property.Key, Refer(property.Value, components))));
        return written;
    }

    private static JsonObject Refer(Schema schema, JsonObject components)
    {
        if (schema.Name.Length == 0)
        {
            var plain = Plain(schema);
            if (schema.Items is { } items)
            {
                plain["items"] = Refer(items, components);
            }

            if (schema.Additional is { } values)
            {
                plain["additionalProperties"] = Refer(values, components);
            }

            return plain;
        }

        if (!components.ContainsKey(schema.Name))
        {
            // Named before it is written: it may contain itself.
            components[schema.Name] = new JsonObject();
            components[schema.Name] = Write(schema, components);
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{schema.Name}" };
    }

    private static JsonObject Plain(Schema schema)
    {
        var written = new JsonObject();
        if (schema.IntOrString)
        {
            written["type"] = "string";
            written["format"] = "int-or-string";
        }
        else if (schema.Type.Length > 0)
        {
            written["type"] = schema.Type;
        }

        if (schema.Format.Length > 0)
        {
            written["format"] = schema.Format;
        }

        return written;
    }
}
