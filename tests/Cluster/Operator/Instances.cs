using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Operator;

/// <summary>Instances of either kind, by their specification.</summary>
internal static class Instances
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task ApplyAsync(TestCluster cluster, string kind, string spec) => cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync(
        new V1Patch($$"""{"apiVersion":"tempo.grafana.com/v1alpha1","kind":"{{kind}}","metadata":{"name":"simplest"},"spec":{{spec}}}""", V1Patch.PatchType.ApplyPatch),
        "tempo.grafana.com", "v1alpha1", "default", Plural(kind), "simplest", fieldManager: "test", cancellationToken: Cancellation);

    public static async Task<JsonObject> ReadAsync(TestCluster cluster, string kind) => (JsonObject)JsonNode.Parse(JsonSerializer.Serialize(
        await cluster.Client.CustomObjects.GetNamespacedCustomObjectAsync("tempo.grafana.com", "v1alpha1", "default", Plural(kind), "simplest", Cancellation)))!;

    public static Task DeleteAsync(TestCluster cluster, string kind) =>
        cluster.Client.CustomObjects.DeleteNamespacedCustomObjectAsync("tempo.grafana.com", "v1alpha1", "default", Plural(kind), "simplest", cancellationToken: Cancellation);

    /// <summary>Waits until the condition is true.</summary>
    public static async Task<JsonObject> ConditionAsync(TestCluster cluster, string kind, string type)
    {
        JsonObject? found = null;
        await Eventually.TrueAsync($"condition {type}", async () =>
        {
            found = await ReadAsync(cluster, kind);
            return found.Objects("status", "conditions").Any(condition => condition.Text("type") == type && condition.Text("status") == "True");
        });
        return found!;
    }

    public static JsonObject Condition(JsonObject instance, string type) => instance.Objects("status", "conditions").Single(condition => condition.Text("type") == type);

    private static string Plural(string kind) => kind.ToLowerInvariant() + "s";
}
