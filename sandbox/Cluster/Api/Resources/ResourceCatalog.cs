using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>What the cluster serves now: its own resources and those that CustomResourceDefinitions add.</summary>
public sealed class ResourceCatalog(ObjectStore store)
{
    public IReadOnlyList<ResourceType> Types =>
        [.. BuiltInResources.Types, .. store.List(BuiltInResources.CustomResourceDefinitions).Objects.SelectMany(Custom)];

    public ResourceType? Find(string group, string version, string plural) =>
        Types.FirstOrDefault(type => type.Group == group && type.Version == version && type.Plural == plural);

    public ResourceType? Find(string resource) => Types.FirstOrDefault(type => type.Resource == resource);

    public JsonObject? Definition(ResourceType type) =>
        store.Find(new ObjectKey(BuiltInResources.CustomResourceDefinitions, "", type.Resource))?.ToObject()
            .Objects("spec", "versions").FirstOrDefault(version => version.Text("name") == type.Version);

    private static IEnumerable<ResourceType> Custom(StoredObject definition)
    {
        var spec = definition.ToObject().At("spec");
        return spec.Objects("versions").Where(version => version.Flag("served")).Select(version => new ResourceType(
            spec.Text("group") ?? "",
            version.Text("name") ?? "",
            spec.Text("names", "kind") ?? "",
            spec.Text("names", "plural") ?? "",
            spec.Text("scope") == "Namespaced",
            version.At("subresources", "status") is not null)
        {
            ShortNames = [.. spec.Texts("names", "shortNames")],
            Categories = [.. spec.Texts("names", "categories")],
        });
    }
}
