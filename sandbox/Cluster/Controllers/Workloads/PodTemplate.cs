using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Controllers.Workloads;

/// <summary>The pod template of a workload, and the short names that tell its versions apart.</summary>
public static class PodTemplate
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Ten characters that stand for a content; another count of collisions gives others.</summary>
    public static string Hash(JsonNode? content, long collisions = 0)
    {
        var digest = SHA256.HashData((Canonical(content) ?? new JsonObject()).ToBytes());
        return string.Concat(digest.Take(10).Select(value => Alphabet[(int)((value + (collisions * 7)) % Alphabet.Length)]));
    }

    /// <summary>A pod as a workload's template describes it, owned by the workload.</summary>
    public static JsonObject Pod(JsonObject owner, JsonNode? template)
    {
        var metadata = new JsonObject();
        foreach (var kept in (ReadOnlySpan<string>)["labels", "annotations", "finalizers"])
        {
            if (template.At("metadata", kept) is { } value)
            {
                metadata[kept] = value.DeepClone();
            }
        }

        metadata["ownerReferences"] = new JsonArray(ObjectWriter.Reference(owner));
        return new JsonObject { ["metadata"] = metadata, ["spec"] = template.At("spec")?.DeepClone() ?? new JsonObject() };
    }

    /// <summary>Whether two templates are the same but for a label that a controller has added.</summary>
    public static bool AreEqual(JsonNode? one, JsonNode? other, string addedLabel) => JsonNode.DeepEquals(Without(one, addedLabel), Without(other, addedLabel));

    /// <summary>Without what is empty: clients that know the type write <c>resources: {}</c> and <c>creationTimestamp: null</c> where others write nothing.</summary>
    private static JsonNode? Canonical(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                var fields = map.Select(field => KeyValuePair.Create(field.Key, Canonical(field.Value))).Where(field => field.Value is not null)
                    .OrderBy(field => field.Key, StringComparer.Ordinal).ToList();
                return fields.Count == 0 ? null : new JsonObject(fields);
            case JsonArray list:
                return list.Count == 0 ? null : list.Select(item => Canonical(item) ?? new JsonObject()).ToJsonArray();
            default:
                return node?.DeepClone();
        }
    }

    private static JsonNode? Without(JsonNode? template, string label)
    {
        var copy = Canonical(template);
        (copy.At("metadata", "labels") as JsonObject)?.Remove(label);
        return copy;
    }
}
