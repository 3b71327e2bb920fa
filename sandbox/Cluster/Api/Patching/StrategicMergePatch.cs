using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Patching;

/// <summary>Merge patch that knows associative lists and the directives <c>$patch</c>, <c>$deleteFromPrimitiveList</c>, <c>$retainKeys</c>.</summary>
public static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string DeleteFrom = "$deleteFromPrimitiveList/";

    public static void Apply(JsonObject target, JsonObject patch)
    {
        if (patch.Text(Directive) == "replace")
        {
            target.Clear();
        }

        if (patch.At("$retainKeys") is JsonArray)
        {
            var retained = patch.Texts("$retainKeys").ToHashSet();
            foreach (var name in target.Select(entry => entry.Key).Where(name => !retained.Contains(name)).ToList())
            {
                target.Remove(name);
            }
        }

        foreach (var (name, value) in patch)
        {
            if (name.StartsWith(DeleteFrom, StringComparison.Ordinal))
            {
                RemoveItems(target, name[DeleteFrom.Length..], (JsonArray)value!);
            }
            else if (!name.StartsWith('$'))
            {
                Apply(target, name, value);
            }
        }
    }

    private static void Apply(JsonObject target, string name, JsonNode? value)
    {
        switch (value)
        {
            case null:
            case JsonObject when value.Text(Directive) == "delete":
                target.Remove(name);
                break;
            case JsonObject inner:
                if (target[name] is not JsonObject child)
                {
                    target[name] = child = [];
                }

                Apply(child, inner);
                break;
            case JsonArray items:
                target[name] = MergeList(name, target[name] as JsonArray ?? [], items);
                break;
            default:
                target[name] = value.DeepClone();
                break;
        }
    }

    private static JsonArray MergeList(string name, JsonArray live, JsonArray patch)
    {
        if (ListSemantics.IsSet(name))
        {
            return live.Texts().Union(patch.Texts()).Select(item => (JsonNode)item).ToJsonArray();
        }

        var items = patch.OfType<JsonObject>().Where(item => item.Text(Directive) != "replace").ToList();
        var keys = ListSemantics.Keys(name, items.Select(item => item.DeepClone()).ToJsonArray())?[..1];
        if (items.Count == 0 || keys is null || patch.Count != items.Count)
        {
            return items.Count > 0 || patch.Count == 0 || patch[0] is not JsonObject
                ? patch.Where(item => item is not JsonObject || item.Text(Directive) != "replace").Select(item => item?.DeepClone()).ToJsonArray()
                : [];
        }

        var merged = live.Select(item => item?.DeepClone()).ToJsonArray();
        foreach (var item in items)
        {
            var match = merged.OfType<JsonObject>().FirstOrDefault(one => ListSemantics.SameItem(one, item, keys));
            if (item.Text(Directive) == "delete")
            {
                merged.Remove(match);
            }
            else if (match is null)
            {
                var added = new JsonObject();
                Apply(added, item);
                merged.Add((JsonNode)added);
            }
            else
            {
                Apply(match, item);
            }
        }

        return merged;
    }

    private static void RemoveItems(JsonObject target, string name, JsonArray items)
    {
        if (target[name] is JsonArray live)
        {
            target[name] = live.Where(one => !items.Any(item => JsonNode.DeepEquals(item, one))).Select(one => one?.DeepClone()).ToJsonArray();
        }
    }
}
