using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Http;

/// <summary>The scale subresource of a workload.</summary>
public static class ScaleView
{
    public static JsonObject Of(JsonObject workload) => new()
    {
        ["kind"] = "Scale",
        ["apiVersion"] = "autoscaling/v1",
        ["metadata"] = new JsonObject
        {
            ["name"] = workload.Text("metadata", "name"),
            ["namespace"] = workload.Text("metadata", "namespace"),
            ["uid"] = workload.Text("metadata", "uid"),
            ["resourceVersion"] = workload.Text("metadata", "resourceVersion"),
            ["creationTimestamp"] = workload.Text("metadata", "creationTimestamp"),
        },
        ["spec"] = new JsonObject { ["replicas"] = workload.Number("spec", "replicas") },
        ["status"] = new JsonObject
        {
            ["replicas"] = workload.Number("status", "replicas") ?? 0,
            ["selector"] = string.Join(",", workload.TextMap("spec", "selector", "matchLabels").Select(label => $"{label.Key}={label.Value}")),
        },
    };

    public static JsonObject Into(JsonObject workload, JsonObject scale)
    {
        workload.Ensure("spec")["replicas"] = scale.Number("spec", "replicas") ?? 0;
        return workload;
    }
}
