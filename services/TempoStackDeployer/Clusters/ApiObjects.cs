using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>Objects of any kind, by what the API server says it serves.</summary>
internal static class ApiObjects
{
    private static readonly MediaTypeHeaderValue Apply = new("application/apply-patch+yaml");
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>The resource of a kind.</summary>
    /// <exception cref="DiagnosticException">The cluster does not serve it.</exception>
    public static async Task<ApiResource> ResourceAsync(ClusterConnection cluster, string apiVersion, string kind, CancellationToken cancellationToken) =>
        await FindResourceAsync(cluster, apiVersion, kind, cancellationToken)
            ?? (apiVersion == $"{TempoStack.Group}/{TempoStack.Version}"
                ? throw new DiagnosticException(
                    Codes.OperatorAbsent, $"{kind} of {apiVersion}", $"The cluster at {cluster.Server} does not serve it: the Tempo Operator, or a version of it that has this kind, is not installed",
                    Preflight.InstallFix)
                : throw new DiagnosticException(
                    Codes.ManifestRefused, $"{kind} of {apiVersion}", "The cluster serves no such kind",
                    "Correct apiVersion and kind (`kubectl api-resources` lists what is served), or install what brings it; nothing of it was applied."));

    /// <summary>The resource of a kind, or null when the cluster does not serve it.</summary>
    public static async Task<ApiResource?> FindResourceAsync(ClusterConnection cluster, string apiVersion, string kind, CancellationToken cancellationToken)
    {
        var (apiGroup, version) = apiVersion.Split('/') is [var named, var one] ? (named, one) : ("", apiVersion);
        var answer = await SendAsync(cluster, HttpMethod.Get, apiGroup.Length == 0 ? $"api/{version}" : $"apis/{apiGroup}/{version}", null, cancellationToken);
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return null;
        }

        return (from item in (answer.Object["resources"] as JsonArray ?? []).OfType<JsonObject>()
                let name = item["name"]?.ToString() ?? ""
                where item["kind"]?.ToString() == kind && !name.Contains('/', StringComparison.Ordinal)
                select new ApiResource(apiGroup, version, name, kind, item["namespaced"]?.GetValue<bool>() == true)).FirstOrDefault();
    }

    /// <summary>The schemas that the cluster publishes of an API, by names of its own; none when it publishes none.</summary>
    public static async Task<JsonObject> SchemasAsync(ClusterConnection cluster, string group, string version, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(cluster, HttpMethod.Get, $"openapi/v3/apis/{group}/{version}", null, cancellationToken);
        return answer.IsSuccess ? answer.Object["components"]?["schemas"] as JsonObject ?? [] : [];
    }

    /// <summary>An object, or null when it is not there.</summary>
    public static async Task<JsonObject?> FindAsync(ClusterConnection cluster, ApiResource resource, string @namespace, string name, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(cluster, HttpMethod.Get, resource.Path(@namespace, name), null, cancellationToken);
        return answer.Status == HttpStatusCode.NotFound ? null : Success(answer, resource.FullName).Object;
    }

    /// <summary>A server-side apply as the field manager tempocos, never by force, with every unknown field refused; the caller judges the answer.</summary>
    public static Task<ApiAnswer> ApplyAsync(
        ClusterConnection cluster, ApiResource resource, string @namespace, string name, JsonObject document, bool dryRun, CancellationToken cancellationToken) =>
        SendAsync(
            cluster, HttpMethod.Patch, $"{resource.Path(@namespace, name)}?fieldManager={RunLabels.FieldManager}&fieldValidation=Strict{(dryRun ? "&dryRun=All" : "")}",
            new StringContent(document.ToJsonString(), Encoding.UTF8, Apply), cancellationToken);

    /// <summary>Deletes an object if it still is the one of that uid. False: it is gone, or another one has taken its place.</summary>
    public static async Task<bool> DeleteAsync(
        ClusterConnection cluster, ApiResource resource, string @namespace, string name, string uid, string propagation, CancellationToken cancellationToken)
    {
        var options = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "DeleteOptions",
            ["propagationPolicy"] = propagation,
            ["preconditions"] = new JsonObject { ["uid"] = uid },
        };
        var answer = await SendAsync(
            cluster, HttpMethod.Delete, resource.Path(@namespace, name), new StringContent(options.ToJsonString(), Encoding.UTF8, Json), cancellationToken);
        return answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Conflict) && Success(answer, resource.FullName).IsSuccess;
    }

    private static ApiAnswer Success(ApiAnswer answer, string what) => answer.IsSuccess
        ? answer
        : throw new DiagnosticException(
            Codes.ApiServer, what, $"The Kubernetes API server answered {(int)answer.Status}: {ApiStatus.Message(answer.Content)}",
            "Look at the API server's log; try again when the cluster is well.");

    private static async Task<ApiAnswer> SendAsync(ClusterConnection cluster, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(cluster.Client.BaseUri, path)) { Content = content };
        request.Headers.Accept.ParseAdd("application/json");
        if (cluster.Client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Mutation.Limit);
        using var response = await cluster.Client.HttpClient.SendAsync(request, limit.Token);
        return new ApiAnswer(
            response.StatusCode, await response.Content.ReadAsStringAsync(limit.Token), [.. response.Headers.Warning.Select(warning => Unquoted(warning.Text))]);
    }

    private static string Unquoted(string text) => text.Trim('"').Replace("\\\"", "\"", StringComparison.Ordinal);
}
