using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Patching;

namespace TempoCos.Cluster.Api.Fields;

/// <summary>
/// Apply: the manager's fields become what its configuration says, fields that it no longer names go unless others own them, and a field that
/// another manager owns with another value is a conflict unless forced.
/// </summary>
public static class ServerSideApply
{
    public static JsonObject Apply(JsonObject live, JsonObject configuration, string manager, bool force, string apiVersion, string now, string subresource = "")
    {
        var config = ManagedFields.Content(configuration, subresource);
        var applied = FieldSet.Of(config);
        var entries = ManagedFields.Read(live.At("metadata", "managedFields"));
        var own = entries.FirstOrDefault(entry => entry.Manager == manager && entry.Operation == ManagedFields.ApplyOperation && entry.Subresource == subresource);
        var others = entries.Where(entry => entry != own).ToList();

        var contested = applied.Differing(live, config);
        var conflicts = others.Select(entry => (entry, Fields: entry.Fields.Intersect(contested))).Where(conflict => !conflict.Fields.IsLeaf).ToList();
        if (conflicts.Count > 0 && !force)
        {
            throw Conflict(conflicts);
        }

        var merged = live.Copy();
        Merge(merged, config);
        if (own is not null)
        {
            var dropped = others.Aggregate(own.Fields.Except(applied, wholly: false), (fields, entry) => fields.Except(entry.Fields));
            Remove(merged, dropped, "");
            // A map that is applied empty is there, empty.
            Merge(merged, config);
        }

        others = [.. others.Select(entry => entry with { Fields = entry.Fields.Except(contested) })];
        var unchanged = own is not null && JsonNode.DeepEquals(own.Fields.ToJson(), applied.ToJson())
            && JsonNode.DeepEquals(ManagedFields.Content(merged, subresource), ManagedFields.Content(live, subresource));
        ManagedFields.Write(merged, [.. others, new ManagedFieldsEntry(manager, ManagedFields.ApplyOperation, apiVersion, unchanged ? own!.Time : now, applied, subresource)]);
        return unchanged ? live : merged;
    }

    private static void Merge(JsonObject target, JsonObject config)
    {
        foreach (var (name, value) in config)
        {
            switch (value)
            {
                case JsonObject inner when target[name] is JsonObject child:
                    Merge(child, inner);
                    break;
                case JsonArray items when target[name] is JsonArray live && ListSemantics.IsSet(name):
                    target[name] = live.Texts().Union(items.Texts()).Select(item => (JsonNode)item).ToJsonArray();
                    break;
                case JsonArray items when target[name] is JsonArray live && items.Count > 0 && ListSemantics.Keys(name, items) is { } keys:
                    foreach (var item in items.OfType<JsonObject>())
                    {
                        if (live.OfType<JsonObject>().FirstOrDefault(one => ListSemantics.SameItem(one, item, keys)) is { } match)
                        {
                            Merge(match, item);
                        }
                        else
                        {
                            live.Add(item.DeepClone());
                        }
                    }

                    break;
                default:
                    target[name] = value?.DeepClone();
                    break;
            }
        }
    }

    private static void Remove(JsonNode? node, FieldSet fields, string field)
    {
        foreach (var (element, inner) in fields.Children)
        {
            var step = FieldPath.Step(node, element, field);
            if (step is null && !(node is JsonObject holder && holder.ContainsKey(element[2..])))
            {
                continue;
            }

            if (!inner.IsLeaf)
            {
                Remove(step, inner, element[..2] == "f:" ? element[2..] : "");
            }

            if (inner.IsLeaf || step is JsonObject { Count: 0 } or JsonArray { Count: 0 })
            {
                if (node is JsonObject map)
                {
                    map.Remove(element[2..]);
                }
                else if (node is JsonArray array)
                {
                    array.Remove(step);
                }
            }
        }
    }

    private static ApiException Conflict(List<(ManagedFieldsEntry Entry, FieldSet Fields)> conflicts)
    {
        var count = conflicts.Sum(conflict => conflict.Fields.Paths().Count());
        var parts = conflicts.Select(conflict =>
        {
            var paths = conflict.Fields.Paths().ToList();
            var who = $"with \"{conflict.Entry.Manager}\" using {conflict.Entry.ApiVersion}";
            return paths.Count == 1 ? $"conflict {who}: {paths[0]}" : $"conflicts {who}:\n- {string.Join("\n- ", paths)}";
        });
        var causes = conflicts.SelectMany(conflict => conflict.Fields.Paths().Select(path => (JsonNode)new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with \"{conflict.Entry.Manager}\" using {conflict.Entry.ApiVersion}",
            ["field"] = path,
        }));
        return new ApiException(
            409,
            "Conflict",
            $"Apply failed with {count} conflict{(count == 1 ? "" : "s")}: {string.Join("\n", parts)}",
            new JsonObject { ["causes"] = causes.ToJsonArray() });
    }
}
