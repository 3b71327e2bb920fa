using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Fields;

/// <summary>Who owns which field: <c>metadata.managedFields</c>.</summary>
public static class ManagedFields
{
    public const string ApplyOperation = "Apply";
    public const string UpdateOperation = "Update";
    public const string Status = "status";

    /// <summary>After a write that is no apply: what it changed belongs to the writer now, what it removed to nobody.</summary>
    public static void Track(JsonObject? live, JsonObject next, string manager, string apiVersion, string now, string subresource = "")
    {
        var entries = Read(next.At("metadata", "managedFields") ?? live.At("metadata", "managedFields"));
        var (before, after) = (Content(live ?? [], subresource), Content(next, subresource));
        var set = FieldSet.Of(after);
        var changed = set.Differing(before, after);
        var removed = FieldSet.Of(before).Except(set);
        if (changed.IsLeaf && removed.IsLeaf)
        {
            return;
        }

        var tracked = entries.Select(entry => entry with { Fields = entry.Fields.Except(changed).Except(removed) }).ToList();
        if (!changed.IsLeaf)
        {
            var own = tracked.FindIndex(entry => entry.Manager == manager && entry.Operation == UpdateOperation && entry.Subresource == subresource);
            var fields = own < 0 ? changed : tracked[own].Fields.Union(changed);
            var entry = new ManagedFieldsEntry(manager, UpdateOperation, apiVersion, now, fields, subresource);
            if (own < 0)
            {
                tracked.Add(entry);
            }
            else
            {
                tracked[own] = entry;
            }
        }

        Write(next, tracked);
    }

    public static IReadOnlyList<ManagedFieldsEntry> Read(JsonNode? managedFields) =>
        [.. managedFields.Objects().Select(entry => new ManagedFieldsEntry(
            entry.Text("manager") ?? "",
            entry.Text("operation") ?? "",
            entry.Text("apiVersion") ?? "",
            entry.Text("time") ?? "",
            FieldSet.Parse(entry.At("fieldsV1")),
            entry.Text("subresource") ?? ""))];

    public static void Write(JsonObject target, IEnumerable<ManagedFieldsEntry> entries)
    {
        var written = entries.Where(entry => !entry.Fields.IsLeaf).Select(entry => (JsonNode)entry.ToJson()).ToJsonArray();
        target.Ensure("metadata").Remove("managedFields");
        if (written.Count > 0)
        {
            target.Ensure("metadata")["managedFields"] = written;
        }
    }

    /// <summary>What a write of the object, or of its status, can change.</summary>
    public static JsonObject Content(JsonObject full, string subresource = "")
    {
        if (subresource == Status)
        {
            return full.At(Status) is { } status ? new JsonObject { [Status] = status.DeepClone() } : [];
        }

        var content = full.Copy();
        content.Remove(Status);
        return content;
    }
}
