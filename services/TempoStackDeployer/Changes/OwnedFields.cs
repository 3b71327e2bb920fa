using System.Text.Json.Nodes;

namespace TempoCos.TempoStackDeployer.Changes;

/// <summary>
/// What a field manager has applied of an object, read from its managedFields: to apply a change, all that the manager still wants must be applied with it, or the
/// server takes the rest away.
/// </summary>
internal static class OwnedFields
{
    /// <summary>The object with what <paramref name="manager"/> has applied, and with what names it.</summary>
    public static JsonObject Of(JsonObject live, string manager)
    {
        var owned = new JsonObject();
        foreach (var entry in (live["metadata"]?["managedFields"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (entry["manager"]?.ToString() == manager && entry["operation"]?.ToString() == "Apply" && entry["subresource"] is null && entry["fieldsV1"] is JsonObject fields)
            {
                owned = (JsonObject)Extract(live, fields)!;
            }
        }

        owned["apiVersion"] = live["apiVersion"]?.DeepClone();
        owned["kind"] = live["kind"]?.DeepClone();
        if (owned["metadata"] is not JsonObject metadata)
        {
            owned["metadata"] = metadata = [];
        }

        metadata["name"] = live["metadata"]?["name"]?.DeepClone();
        metadata["namespace"] = live["metadata"]?["namespace"]?.DeepClone();
        return owned;
    }

    /// <summary>Members are <c>f:NAME</c>, elements <c>k:{…}</c> by their keys, <c>v:…</c> by their value or <c>i:N</c> by their place; nothing below is all of it.</summary>
    private static JsonNode? Extract(JsonNode? node, JsonObject fields)
    {
        var inner = fields.Where(field => field.Key != ".").ToList();
        if (inner.Count == 0)
        {
            return node?.DeepClone();
        }

        if (node is JsonArray list)
        {
            return new JsonArray([.. inner.Select(field => (Element: Element(list, field.Key), Fields: (JsonObject)field.Value!)).Where(pair => pair.Element is not null).Select(pair => Extract(pair.Element, pair.Fields))]);
        }

        var result = new JsonObject();
        foreach (var (key, below) in inner)
        {
            if (key.StartsWith("f:", StringComparison.Ordinal) && node is JsonObject members && members.TryGetPropertyValue(key[2..], out var member))
            {
                result[key[2..]] = Extract(member, (JsonObject)below!);
            }
        }

        return result;
    }

    private static JsonNode? Element(JsonArray list, string key) => key[..2] switch
    {
        "k:" => list.FirstOrDefault(element => JsonNode.Parse(key[2..])!.AsObject().All(pair => JsonNode.DeepEquals(element?[pair.Key], pair.Value))),
        "v:" => list.FirstOrDefault(element => JsonNode.DeepEquals(element, JsonNode.Parse(key[2..]))),
        _ => int.TryParse(key[2..], out var index) && index < list.Count ? list[index] : null,
    };
}
