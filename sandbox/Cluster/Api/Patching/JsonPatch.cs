using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Patching;

/// <summary>RFC 6902.</summary>
public static class JsonPatch
{
    public static JsonObject Apply(JsonObject target, JsonArray operations)
    {
        JsonNode root = target;
        foreach (var operation in operations.OfType<JsonObject>())
        {
            var path = operation.Text("path") ?? throw Rejected("an operation has no path");
            switch (operation.Text("op"))
            {
                case "add":
                    Add(ref root, path, operation["value"]?.DeepClone());
                    break;
                case "replace":
                    Get(root, path);
                    Remove(root, path);
                    Add(ref root, path, operation["value"]?.DeepClone());
                    break;
                case "remove":
                    Remove(root, path);
                    break;
                case "move":
                    var moved = Get(root, operation.Text("from") ?? "")?.DeepClone();
                    Remove(root, operation.Text("from") ?? "");
                    Add(ref root, path, moved);
                    break;
                case "copy":
                    Add(ref root, path, Get(root, operation.Text("from") ?? "")?.DeepClone());
                    break;
                case "test":
                    if (!JsonNode.DeepEquals(Get(root, path), operation["value"]))
                    {
                        throw Rejected($"testing value {path} failed");
                    }

                    break;
                default:
                    throw Rejected($"unexpected kind: {operation.Text("op")}");
            }
        }

        return root as JsonObject ?? throw Rejected("the patch leaves no object");
    }

    private static JsonNode? Get(JsonNode? root, string path)
    {
        foreach (var token in Tokens(path))
        {
            root = root switch
            {
                JsonObject map when map.TryGetPropertyValue(token, out var value) => value,
                JsonArray array when Index(token, array.Count) is { } index => array[index],
                _ => throw Rejected($"doc is missing path: \"{path}\": missing value"),
            };
        }

        return root;
    }

    private static void Add(ref JsonNode root, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            root = value ?? throw Rejected("the patch leaves no object");
            return;
        }

        var (parent, last) = Parent(root, path);
        if (parent is JsonObject map)
        {
            map[last] = value;
        }
        else if (parent is JsonArray array)
        {
            array.Insert(last == "-" ? array.Count : Index(last, array.Count + 1) ?? throw Rejected($"Unable to access invalid index: {last}"), value);
        }
    }

    private static void Remove(JsonNode root, string path)
    {
        var (parent, last) = Parent(root, path);
        if (parent is JsonObject map && map.Remove(last))
        {
            return;
        }

        if (parent is JsonArray array && Index(last, array.Count) is { } index)
        {
            array.RemoveAt(index);
            return;
        }

        throw Rejected($"Unable to remove nonexistent key: {last}: missing value");
    }

    private static (JsonNode? Parent, string Last) Parent(JsonNode root, string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? throw Rejected($"invalid path: {path}") : (Get(root, path[..slash]), Tokens(path)[^1]);
    }

    private static string[] Tokens(string path) =>
        path.Length == 0 ? [] : [.. path[1..].Split('/').Select(token => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    private static int? Index(string token, int count) =>
        int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < count ? index : null;

    private static ApiException Rejected(string why) =>
        new(422, "Invalid", $"the server rejected our request due to an error in our request: {why}", []);
}
