using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>Objects as JSON in few words: entries without a value are left out, and what stands elsewhere already is copied.</summary>
public static class Content
{
    public static JsonObject Map(params ReadOnlySpan<(string Name, JsonNode? Value)> entries)
    {
        var map = new JsonObject();
        foreach (var (name, value) in entries)
        {
            if (value is not null)
            {
                map[name] = Own(value);
            }
        }

        return map;
    }

    public static JsonArray List(params ReadOnlySpan<JsonNode?> items)
    {
        var list = new JsonArray();
        foreach (var item in items)
        {
            if (item is not null)
            {
                list.Add(Own(item));
            }
        }

        return list;
    }

    /// <summary>Adds what is there to a list, which is made when there is something to add.</summary>
    public static void Append(JsonObject parent, string list, params ReadOnlySpan<JsonNode?> items)
    {
        foreach (var item in items)
        {
            if (item is not null)
            {
                if (parent[list] is not JsonArray target)
                {
                    parent[list] = target = [];
                }

                target.Add(Own(item));
            }
        }
    }

    private static JsonNode Own(JsonNode value) => value.Parent is null ? value : value.DeepClone();
}
