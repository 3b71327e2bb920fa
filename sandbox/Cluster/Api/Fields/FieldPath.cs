using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Patching;

namespace TempoCos.Cluster.Api.Fields;

/// <summary>The elements of a <see cref="FieldSet"/>: <c>f:name</c>, <c>k:{"name":"x"}</c>, <c>v:"x"</c>.</summary>
public static class FieldPath
{
    public static string Key(JsonObject item, string[] keys) =>
        "k:" + new JsonObject(keys.Order(StringComparer.Ordinal).Select(key => KeyValuePair.Create(key, ListSemantics.KeyValue(item, key)?.DeepClone()))).ToJsonString();

    /// <summary>The value below <paramref name="node"/> that an element names, or null.</summary>
    public static JsonNode? Step(JsonNode? node, string element, string field) => element[..2] switch
    {
        "f:" => node.At(element[2..]),
        "k:" => Item(node as JsonArray, element, field),
        _ => (node as JsonArray)?.FirstOrDefault(item => item?.ToJsonString() == element[2..]),
    };

    public static JsonObject? Item(JsonArray? items, string element, string field) =>
        items is not null && ListSemantics.Keys(field, items) is { } keys
            ? items.OfType<JsonObject>().FirstOrDefault(item => Key(item, keys) == element)
            : null;

    public static string Display(string element) => element[..2] switch
    {
        "f:" => "." + element[2..],
        "k:" => "[" + string.Join(",", ((JsonObject)JsonNode.Parse(element[2..])!).Select(key => $"{key.Key}={key.Value?.ToJsonString()}")) + "]",
        _ => "[=" + element[2..] + "]",
    };
}
