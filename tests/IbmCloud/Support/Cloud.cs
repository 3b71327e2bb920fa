using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TempoCos.IbmCloud.Tests.Support;

/// <summary>The control plane's requests, as a test needs them.</summary>
public static class Cloud
{
    public const string Groups = "/_/resource-controller/v2/resource_groups";
    public const string Instances = "/_/resource-controller/v2/resource_instances";
    public const string Keys = "/_/resource-controller/v2/resource_keys";
    public const string Reclamations = "/_/resource-controller/v1/reclamations";
    public const string Config = "/_/config/v1/b";
    public const string Search = "/_/global-search/v3/resources/search";
    public const string Tags = "/_/tags/v3/tags";

    public static async Task<JsonObject> GetAsync(this HttpClient cloud, string path, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        using var response = await cloud.GetAsync(path, cancellationToken);
        return await ReadAsync(response, expected, cancellationToken);
    }

    public static async Task<JsonObject> PostAsync(this HttpClient cloud, string path, object body, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        using var response = await cloud.PostAsJsonAsync(path, body, JsonSerializerOptions.Default, cancellationToken);
        return await ReadAsync(response, expected, cancellationToken);
    }

    public static async Task<JsonObject> PatchAsync(this HttpClient cloud, string path, object body, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        using var response = await cloud.PatchAsJsonAsync(path, body, JsonSerializerOptions.Default, cancellationToken);
        return await ReadAsync(response, expected, cancellationToken);
    }

    public static async Task DeleteAsync(this HttpClient cloud, string path, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        using var response = await cloud.DeleteAsync(path, cancellationToken);
        response.StatusCode.ShouldBe(expected, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    public static async Task<string> CreateGroupAsync(this HttpClient cloud, Emulator emulator, string name, CancellationToken cancellationToken)
    {
        var account = (await emulator.InventoryAsync(cancellationToken)).Text("accountId");
        return (await cloud.PostAsync(Groups, new { name, account_id = account }, HttpStatusCode.Created, cancellationToken)).Text("id");
    }

    public static Task<JsonObject> CreateInstanceAsync(this HttpClient cloud, string group, string name, CancellationToken cancellationToken) =>
        cloud.PostAsync(
            Instances,
            new { name, target = "global", resource_group = group, resource_plan_id = Emulator.StandardPlan, tags = new[] { "tempocos" } },
            HttpStatusCode.Created,
            cancellationToken);

    public static Task<JsonObject> CreateKeyAsync(this HttpClient cloud, string source, string role, CancellationToken cancellationToken, string name = "key") =>
        cloud.PostAsync(Keys, new { name, source, role, parameters = new { HMAC = true } }, HttpStatusCode.Created, cancellationToken);

    /// <summary>A group, an instance, and a key of the role.</summary>
    public static async Task<(string Group, JsonObject Instance, JsonObject Key)> ProvisionAsync(
        this HttpClient cloud, Emulator emulator, CancellationToken cancellationToken, string role = "Writer")
    {
        var group = await cloud.CreateGroupAsync(emulator, "group-" + Guid.NewGuid().ToString("n")[..8], cancellationToken);
        var instance = await cloud.CreateInstanceAsync(group, "instance", cancellationToken);
        return (group, instance, await cloud.CreateKeyAsync(instance.Text("guid"), role, cancellationToken));
    }

    /// <summary>The rows of a list.</summary>
    public static async Task<JsonObject[]> RowsAsync(this HttpClient cloud, string path, CancellationToken cancellationToken) =>
        [.. (await cloud.GetAsync(path, HttpStatusCode.OK, cancellationToken))["resources"]!.AsArray().Select(row => row!.AsObject())];

    public static string Text(this JsonNode node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = node[name].ShouldNotBeNull(name);
        }

        return node.GetValue<string>();
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        response.StatusCode.ShouldBe(expected, text);
        return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
    }
}
