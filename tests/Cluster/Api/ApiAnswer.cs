using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Tests.Api;

/// <summary>What the API server answers to a request that is written by hand.</summary>
public sealed record ApiAnswer(int Code, string Text, string MediaType, IReadOnlyList<string> Warnings)
{
    public JsonNode? Body => JsonNode.Parse(Text);

    public string Message => Body.Text("message") ?? "";

    public IEnumerable<(string? Field, string? Reason)> Causes => Body.Objects("details", "causes").Select(cause => (cause.Text("field"), cause.Text("reason")));

    public static async Task<ApiAnswer> OfAsync(TestCluster cluster, HttpMethod method, string path, string? body = null, string bodyType = "application/json", string accept = "application/json")
    {
        using var http = cluster.Http();
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(bodyType));
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return new ApiAnswer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Content.Headers.ContentType?.MediaType ?? "",
            response.Headers.TryGetValues("Warning", out var warnings) ? [.. warnings] : []);
    }
}
