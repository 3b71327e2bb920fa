using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Schemas;
using TempoCos.Cluster.Api.Storage;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>A CustomResourceDefinition as the server uses it. Its schemas are large: they are read when asked for, and kept only compiled.</summary>
public sealed class CustomDefinition
{
    private readonly StoredObject stored;
    private readonly Dictionary<string, JsonObject> versions = [];
    private readonly Dictionary<string, Lazy<Schema>> schemas = [];

    public CustomDefinition(StoredObject stored)
    {
        this.stored = stored;
        var spec = stored.ToObject().At("spec");
        var types = new List<ResourceType>();
        foreach (var version in spec.Objects("versions"))
        {
            var name = version.Text("name") ?? "";
            version.Remove("schema");
            versions[name] = (JsonObject)version.DeepClone();
            schemas[name] = new Lazy<Schema>(() => SchemaReader.Read(OpenApi(name), root: true));
            if (version.Flag("served"))
            {
                types.Add(new ResourceType(
                    spec.Text("group") ?? "", name, spec.Text("names", "kind") ?? "", spec.Text("names", "plural") ?? "",
                    spec.Text("scope") == "Namespaced", version.At("subresources", "status") is not null)
                {
                    ShortNames = [.. spec.Texts("names", "shortNames")],
                    Categories = [.. spec.Texts("names", "categories")],
                    OtherSubresources = version.At("subresources", "scale") is not null ? ["scale"] : [],
                });
            }
        }

        Types = types;
    }

    public bool Terminating => stored.Deleting;

    public IReadOnlyList<ResourceType> Types { get; }

    /// <summary>The entry of a version without its schema; not to be changed.</summary>
    public JsonObject? Version(string name) => versions.GetValueOrDefault(name);

    public Schema? Schema(string version) => schemas.GetValueOrDefault(version)?.Value;

    /// <summary>A copy of the schema of a version.</summary>
    public JsonNode? OpenApi(string version) => stored.ToObject().Objects("spec", "versions")
        .FirstOrDefault(one => one.Text("name") == version).At("schema", "openAPIV3Schema")?.DeepClone();
}
