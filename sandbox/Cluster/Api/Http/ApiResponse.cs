using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Http;

public static class ApiResponse
{
    private const string Json = "application/json";
    private const string Yaml = "application/yaml";

    public static Task WriteAsync(HttpContext context, JsonNode content, int code = 200, string contentType = Json) =>
        contentType == Json && WantsYaml(context.Request) ? WriteYamlAsync(context, content, code) : WriteBytesAsync(context, content.ToBytes(), code, contentType);

    public static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> content, int code = 200, string contentType = Json) =>
        contentType == Json && WantsYaml(context.Request) ? WriteYamlAsync(context, JsonNode.Parse(content.Span), code) : WriteBytesAsync(context, content, code, contentType);

    public static JsonObject Success(string name, string group, string kind, string? uid)
    {
        var details = new JsonObject { ["name"] = name };
        if (group.Length > 0)
        {
            details["group"] = group;
        }

        details["kind"] = kind;
        if (uid is not null)
        {
            details["uid"] = uid;
        }

        return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details };
    }

    private static Task WriteYamlAsync(HttpContext context, JsonNode? content, int code) =>
        WriteBytesAsync(context, Encoding.UTF8.GetBytes(YamlJson.WriteAnswer(content)), code, Yaml);

    private static async Task WriteBytesAsync(HttpContext context, ReadOnlyMemory<byte> content, int code, string contentType)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    /// <summary>Of what it takes, a client takes the best, or else the first.</summary>
    private static bool WantsYaml(HttpRequest request) =>
        request.Headers.Accept.Any(value => value?.Contains(Yaml, StringComparison.Ordinal) == true)
        && request.Headers.Accept.SelectMany(value => (value ?? "").Split(',')).Select(value => value.Split(';'))
            .Where(value => value[0].Trim() is Yaml or Json or "application/*" or "*/*")
            .OrderByDescending(Quality).First()[0].Trim() == Yaml;

    private static double Quality(string[] accepted) =>
        accepted.Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith("q=", StringComparison.Ordinal)) is { } given
        && double.TryParse(given.AsSpan(2), NumberStyles.Float, CultureInfo.InvariantCulture, out var quality) ? quality : 1;
}
