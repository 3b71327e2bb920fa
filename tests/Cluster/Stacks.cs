using System.Text.Json;
using k8s;
using k8s.Models;

namespace TempoCos.Cluster.Tests;

/// <summary>The TempoStack of the original test and its Secret.</summary>
public static class Stacks
{
    private const string Stack = """
        {"apiVersion":"tempo.grafana.com/v1alpha1","kind":"TempoStack","metadata":{"name":"simplest"},"spec":{
          "storage":{"secret":{"name":"ibm-cos-secret","type":"s3"}},"storageSize":"200M",
          "resources":{"total":{"limits":{"memory":"4Gi","cpu":"2000m"}}},
          "template":{"queryFrontend":{"jaegerQuery":{"enabled":true,"ingress":{"type":"ingress"}}}}MORE}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string[] Secret(string ns) =>
    [
        $"{ns}/ibm-cos-secret:endpoint=http://127.0.0.1:1", $"{ns}/ibm-cos-secret:bucket=b",
        $"{ns}/ibm-cos-secret:access_key_id=A", $"{ns}/ibm-cos-secret:access_key_secret=SECRET",
    ];

    public static V1Secret SecretObject(string endpoint) => new()
    {
        Metadata = new V1ObjectMeta { Name = "ibm-cos-secret" },
        StringData = new Dictionary<string, string> { ["endpoint"] = endpoint, ["bucket"] = "b", ["access_key_id"] = "A", ["access_key_secret"] = "SECRET" },
    };

    public static Task ApplyAsync(TestCluster cluster, string ns, string more = "") =>
        cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync(
            new V1Patch(Stack.Replace("MORE", more, StringComparison.Ordinal), V1Patch.PatchType.ApplyPatch),
            "tempo.grafana.com", "v1alpha1", ns, "tempostacks", "simplest", fieldManager: "test", cancellationToken: Cancellation);

    /// <summary>Waits until the condition is true.</summary>
    public static async Task<JsonElement> ConditionAsync(TestCluster cluster, string ns, string type)
    {
        JsonElement stack = default;
        await Eventually.TrueAsync($"condition {type}", async () =>
        {
            stack = (JsonElement)await cluster.Client.CustomObjects.GetNamespacedCustomObjectAsync("tempo.grafana.com", "v1alpha1", ns, "tempostacks", "simplest", Cancellation);
            return Conditions(stack).Exists(condition => condition.GetProperty("type").GetString() == type && condition.GetProperty("status").GetString() == "True");
        });
        Conditions(stack).Count(condition => condition.GetProperty("status").GetString() == "True").ShouldBe(1);
        return stack;
    }

    public static JsonElement Condition(JsonElement stack, string type) =>
        Conditions(stack).Single(condition => condition.GetProperty("type").GetString() == type);

    private static List<JsonElement> Conditions(JsonElement stack) =>
        stack.TryGetProperty("status", out var status) && status.TryGetProperty("conditions", out var conditions) ? [.. conditions.EnumerateArray()] : [];
}
