using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Protobuf;
using YamlDotNet.Core;

namespace TempoCos.Cluster.Api.Http;

/// <summary>Bodies of requests: JSON, or YAML where the client says so.</summary>
public static class ApiBody
{
    private const int Limit = 3 << 20;

    public static string MediaType(HttpRequest request) => (request.ContentType ?? "").Split(';')[0].Trim();

    public static async Task<JsonObject> ReadObjectAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (MediaType(request) is not ("" or "application/json" or "application/yaml" or "*/*" or ProtobufBody.MediaType) and var given)
        {
            throw ApiException.UnsupportedMediaType(given, "application/json", "application/yaml");
        }

        return await ReadAsync(request, cancellation) as JsonObject ?? throw ApiException.BadRequest("the body of the request is no object");
    }

    /// <summary>What the body holds; null when there is none.</summary>
    public static async Task<JsonNode?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        var buffer = new byte[16 << 10];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellation)) > 0)
        {
            content.Write(buffer, 0, read);
            if (content.Length > Limit)
            {
                throw new ApiException(413, "RequestEntityTooLarge", $"Request entity too large: limit is {Limit}");
            }
        }

        var bytes = content.ToArray().AsSpan().Trim(" \r\n\t"u8);
        if (bytes.IsEmpty)
        {
            return null;
        }

        if (MediaType(request) == ProtobufBody.MediaType)
        {
            return ProtobufBody.Parse(content.ToArray());
        }

        try
        {
            return bytes[0] is (byte)'{' or (byte)'[' ? Json(request, bytes) : YamlJson.Parse(Encoding.UTF8.GetString(bytes));
        }
        catch (Exception problem) when (problem is JsonException or YamlException or InvalidOperationException)
        {
            // The last for text that is no UTF-8.
            throw ApiException.BadRequest($"error decoding the body of the request: {problem.Message}");
        }
    }

    private static JsonNode? Json(HttpRequest request, ReadOnlySpan<byte> bytes)
    {
        var duplicates = new List<string>();
        var content = JsonText.Parse(bytes, duplicates);
        if (duplicates.Count > 0 && request.Query["fieldValidation"] == "Strict")
        {
            var (kind, version) = (content.Text("kind"), content.Text("apiVersion")?.Split('/')[^1]);
            throw ApiException.BadRequest(
                $"{kind} in version \"{version}\" cannot be handled as a {kind}: strict decoding error: {string.Join(", ", duplicates.Select(field => $"duplicate field \"{field}\""))}");
        }

        foreach (var field in request.Query["fieldValidation"] == "Ignore" ? [] : duplicates)
        {
            WriteEndpoint.Warn(request.HttpContext.Response, $"duplicate field \"{field}\"");
        }

        return content;
    }
}
