using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Schemas;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>What the cluster serves now: its own resources and those that CustomResourceDefinitions add.</summary>
public sealed class ResourceCatalog(ObjectStore store)
{
    private Snapshot current = new([], new Dictionary<string, CustomDefinition>(), BuiltInResources.Types);

    public IReadOnlyList<ResourceType> Types => Now().Types;

    public ResourceType? Find(string group, string version, string plural) =>
        Types.FirstOrDefault(type => type.Group == group && type.Version == version && type.Plural == plural);

    public ResourceType? Find(string resource) => Types.FirstOrDefault(type => type.Resource == resource);

    public CustomDefinition? Custom(ResourceType type) => Now().Definitions.GetValueOrDefault(type.Resource);

    /// <summary>The entry of the type's version in its definition; not to be changed. Null for a built-in type.</summary>
    public JsonObject? Definition(ResourceType type) => Custom(type)?.Version(type.Version);

    public Schema? Schema(ResourceType type) => Custom(type)?.Schema(type.Version);

    private Snapshot Now()
    {
        // Definitions are large and change seldom: they are read again only when one has.
        var objects = store.List(BuiltInResources.CustomResourceDefinitions).Objects;
        var seen = current;
        if (!objects.SequenceEqual(seen.Objects))
        {
            var known = seen.Objects.ToDictionary(stored => stored, stored => seen.Definitions[stored.Key.Name]);
            var definitions = objects.ToDictionary(stored => stored.Key.Name, stored => known.GetValueOrDefault(stored) ?? new CustomDefinition(stored));
            current = seen = new Snapshot(objects, definitions, [.. BuiltInResources.Types, .. definitions.Values.SelectMany(definition => definition.Types)]);
        }

        return seen;
    }

    private sealed record Snapshot(IReadOnlyList<StoredObject> Objects, IReadOnlyDictionary<string, CustomDefinition> Definitions, IReadOnlyList<ResourceType> Types);
}
