using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Patching;

/// <summary>Which lists of the built-in types are maps by key or sets, told by their field's name. All others are atomic.</summary>
public static class ListSemantics
{
    public static bool IsSet(string field) => field == "finalizers";

    /// <summary>The keys of an associative list's items, or null for an atomic list.</summary>
    public static string[]? Keys(string field, JsonArray items) => field switch
    {
        "containers" or "initContainers" or "volumes" or "env" or "imagePullSecrets" when Have(items, "name") => ["name"],
        "ports" when Have(items, "containerPort") => ["containerPort", "protocol"],
        "ports" when Have(items, "port") => ["port", "protocol"],
        "volumeMounts" when Have(items, "mountPath") => ["mountPath"],
        "conditions" when Have(items, "type") => ["type"],
        "ownerReferences" when Have(items, "uid") => ["uid"],
        _ => null,
    };

    public static bool SameItem(JsonObject one, JsonObject other, string[] keys) =>
        keys.All(key => JsonNode.DeepEquals(KeyValue(one, key), KeyValue(other, key)));

    public static JsonNode? KeyValue(JsonObject item, string key) => item.At(key) ?? (key == "protocol" ? "TCP" : null);

    private static bool Have(JsonArray items, string key) => items.All(item => item.At(key) is not null);
}
