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

    /// <summary>The <c>name</c> of a JSON body, which can be read again afterwards; empty when there is none.</summary>
    public static async Task<string> PeekNameAsync(this HttpContext context)
    {
        var body = new MemoryStream();
        context.Response.RegisterForDispose(body);
        var piece = new byte[4096];
        int count;
        // Of a body that is too long the rest is left out, which makes it no JSON.
        while (body.Length <= LongestBody && (count = await context.Request.Body.ReadAsync(piece, context.RequestAborted)) > 0)
        {
            body.Write(piece.AsSpan(0, count));
        }

        body.Position = 0;
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

    /// <summary>Reads the body; an <see cref="ApiException"/> of status 400 when it is no such JSON.</summary>
    public static async Task<T> ReadJsonAsync<T>(this HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (context.Request.ContentLength > LongestBody)
        {
            throw new ApiException(StatusCodes.Status413PayloadTooLarge, "bad_request", "The request body is too large.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
                ?? throw new ApiException(StatusCodes.Status400BadRequest, "bad_request", "The request body is missing.");
        }
        catch (JsonException exception)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "bad_request", $"The request body is not valid JSON: {exception.Message}");
        }
    }
}
