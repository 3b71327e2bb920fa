using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TempoCos.IbmCloud.Hosting;

/// <summary>JSON in and out of a request.</summary>
public static class JsonHttp
{
    private const int LongestBody = 1 << 20;

    public static Task WriteJsonAsync<T>(this HttpContext context, int status, T body, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    /// <summary>Reads the body; an <see cref="ApiException"/> of status 400 when it is no such JSON.</summary>
    public static async Task<T> ReadJsonAsync<T>(this HttpContext context, JsonTypeInfo<T> type)
        where T : class =>
        await context.ReadOptionalJsonAsync(type) ?? throw new ApiException(StatusCodes.Status400BadRequest, "bad_request", "The request body is missing.");

    /// <summary>Reads the body; null when there is none.</summary>
    public static async Task<T?> ReadOptionalJsonAsync<T>(this HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        using var body = await BufferAsync(context);
        if (body.Length > LongestBody)
        {
            throw new ApiException(StatusCodes.Status413PayloadTooLarge, "bad_request", "The request body is too large.");
        }

        try
        {
            return body.Length == 0 ? null : JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException exception)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "bad_request", $"The request body is not valid JSON: {exception.Message}");
        }
    }

    /// <summary>The <c>name</c> of a JSON body, which can be read again afterwards; empty when there is none.</summary>
    public static async Task<string> PeekNameAsync(this HttpContext context)
    {
        var body = await BufferAsync(context);
        context.Response.RegisterForDispose(body);
        context.Request.Body = body;
        try
        {
            using var json = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    /// <summary>The body, and of one that is too long a little more than is allowed.</summary>
    private static async Task<MemoryStream> BufferAsync(HttpContext context)
    {
        var body = new MemoryStream();
        var piece = new byte[4096];
        int count;
        while (body.Length <= LongestBody && (count = await context.Request.Body.ReadAsync(piece, context.RequestAborted)) > 0)
        {
            body.Write(piece.AsSpan(0, count));
        }

        body.Position = 0;
        return body;
    }
}
