using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Http;

public static class ApiResponse
{
    public static Task WriteAsync(HttpContext context, JsonNode content, int code = 200, string contentType = "application/json") =>
        WriteAsync(context, content.ToBytes(), code, contentType);

    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> content, int code = 200, string contentType = "application/json")
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

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
}
