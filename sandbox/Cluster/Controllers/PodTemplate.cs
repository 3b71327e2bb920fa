using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Controllers;

/// <summary>The pod template of a workload and the hash that tells its versions apart.</summary>
public sealed class PodTemplate
{
    private readonly JsonObject template;
    private readonly JsonObject workload;
    private readonly string hashLabel;

    public PodTemplate(JsonObject workload, string hashLabel)
    {
        this.workload = workload;
        this.hashLabel = hashLabel;
        template = workload.At("spec", "template") as JsonObject ?? [];
        Hash = Convert.ToHexStringLower(SHA256.HashData(template.ToBytes()))[..10];
    }

    public string Hash { get; }

    public bool Made(IReadOnlyDictionary<string, string> labels) => labels.GetValueOrDefault(hashLabel) == Hash;

    public JsonObject Pod(string name)
    {
        var metadata = template.At("metadata")?.DeepClone() as JsonObject ?? [];
        metadata["name"] = name;
        metadata.Ensure("labels")[hashLabel] = Hash;
        metadata["ownerReferences"] = new JsonArray(ObjectWriter.Reference(workload));
        return new JsonObject { ["metadata"] = metadata, ["spec"] = template.At("spec")?.DeepClone() };
    }
}
