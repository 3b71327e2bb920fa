using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>Writes at a path of keys, making what is missing on the way.</summary>
internal static class DocumentPath
{
    public static void Set(JsonObject document, ReadOnlySpan<string> path, JsonNode? value)
    {
        var node = document;
        foreach (var part in path[..^1])
        {
            if (node[part] is not JsonObject next)
            {
                node[part] = next = [];
            }

            node = next;
        }

        node[path[^1]] = value;
    }

    public static void Remove(JsonObject document, ReadOnlySpan<string> path)
    {
        JsonNode? node = document;
        foreach (var part in path[..^1])
        {
            node = (node as JsonObject)?[part];
        }

        (node as JsonObject)?.Remove(path[^1]);
    }
}
