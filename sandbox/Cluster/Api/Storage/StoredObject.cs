using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Storage;

/// <summary>One version of an object. Kept as bytes, so that any number of readers may hold it while others write.</summary>
public sealed class StoredObject
{
    public StoredObject(ObjectKey key, long version, JsonObject content)
    {
        Key = key;
        Version = version;
        Json = content.ToBytes();
        Uid = content.Text("metadata", "uid") ?? "";
        Labels = content.TextMap("metadata", "labels");
        Deleting = content.At("metadata", "deletionTimestamp") is not null;
        Owners = [.. content.Objects("metadata", "ownerReferences").Select(owner => owner.Text("uid")).OfType<string>()];
    }

    public ObjectKey Key { get; }

    public long Version { get; }

    public ReadOnlyMemory<byte> Json { get; }

    public string Uid { get; }

    public IReadOnlyDictionary<string, string> Labels { get; }

    public bool Deleting { get; }

    public IReadOnlyList<string> Owners { get; }

    /// <summary>A copy of its own for the caller.</summary>
    public JsonObject ToObject() => (JsonObject)JsonNode.Parse(Json.Span)!;
}
