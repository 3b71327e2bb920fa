using System.Net;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>Reads the <c>Status</c> objects in which the API server says no.</summary>
internal static class ApiStatus
{
    private const int LongestText = 400;

    /// <summary>The message of a Status, or the text itself, shortened.</summary>
    public static string Message(string content) =>
        (Parse(content)?.Message ?? Shorten(content)).TrimEnd('.');

    public static V1Status? Parse(string? content)
    {
        try
        {
            return string.IsNullOrWhiteSpace(content) ? null : KubernetesJson.Deserialize<V1Status>(content) is { Kind: "Status" } status ? status : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static bool Is(this HttpOperationException exception, params HttpStatusCode[] codes) =>
        exception.Response is { } response && codes.Contains(response.StatusCode);

    private static string Shorten(string content)
    {
        var text = content.Trim();
        return text.Length == 0 ? "no reason given" : text.Length <= LongestText ? text : text[..LongestText] + "…";
    }
}
