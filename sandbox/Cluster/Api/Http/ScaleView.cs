using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Http;

/// <summary>The scale subresource: of workloads, and of custom resources whose definition says where the numbers are.</summary>
public sealed class ScaleView
{
    private readonly string[] specified;
    private readonly string[] actual;
    private readonly string[] selector;

    /// <param name="definition">The version's entry of a CustomResourceDefinition; null for a built-in type.</param>
    public ScaleView(JsonObject? definition)
    {
        var scale = definition.At("subresources", "scale");
        specified = Path(scale.Text("specReplicasPath") ?? ".spec.replicas");
        actual = Path(scale.Text("statusReplicasPath") ?? ".status.replicas");
        selector = Path(scale.Text("labelSelectorPath") ?? "");
    }

    public static ScaleView For(ResourceCatalog catalog, ResourceType type) => new(catalog.Definition(type));

    public JsonObject Of(JsonObject one) => new()
    {
        ["kind"] = "Scale",
        ["apiVersion"] = "autoscaling/v1",
        ["metadata"] = new JsonObject
        {
            ["name"] = one.Text("metadata", "name"),
            ["namespace"] = one.Text("metadata", "namespace"),
            ["uid"] = one.Text("metadata", "uid"),
            ["resourceVersion"] = one.Text("metadata", "resourceVersion"),
            ["creationTimestamp"] = one.Text("metadata", "creationTimestamp"),
        },
        ["spec"] = new JsonObject { ["replicas"] = one.Number(specified) },
        ["status"] = new JsonObject
        {
            ["replicas"] = one.Number(actual) ?? 0,
            ["selector"] = selector.Length > 0 ? one.Text(selector)
                : string.Join(",", one.TextMap("spec", "selector", "matchLabels").Select(label => $"{label.Key}={label.Value}")),
        },
    };

    public JsonObject Into(JsonObject one, JsonObject scale)
    {
        one.Ensure(specified.AsSpan(..^1))[specified[^1]] = scale.Number("spec", "replicas") ?? 0;
        return one;
    }

    private static string[] Path(string text) => text.Split('.', StringSplitOptions.RemoveEmptyEntries);
}
