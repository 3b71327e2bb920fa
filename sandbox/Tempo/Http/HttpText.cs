using System.Text.Json;
using Google.Protobuf;

namespace TempoCos.Tempo.Http;

/// <summary>Bodies as Tempo writes them.</summary>
public static class HttpText
{
    public const string Json = "application/json";
    public const string Protobuf = "application/protobuf";
    public const string Llm = "application/vnd.grafana.llm";
    private const string Plain = "text/plain; charset=utf-8";

    public static Task WriteTextAsync(this HttpContext context, int status, string text, string contentType = Plain)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    public static Task WriteBytesAsync(this HttpContext context, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    public static Task WriteMessageAsync(this HttpContext context, IMessage message) => context.WriteBytesAsync(Protobuf, message.ToByteArray());

    /// <summary>JSON straight into the response.</summary>
    public static async Task WriteJsonAsync(this HttpContext context, string contentType, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = contentType;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, TraceJson.WriterOptions);
        write(json);
        await json.FlushAsync(context.RequestAborted);
    }

    public static bool WantsProtobuf(this HttpContext context) => context.Wants(Protobuf);

    /// <summary>Whether the client names the content type among those that it accepts.</summary>
    public static bool Wants(this HttpContext context, string contentType)
    {
        foreach (var value in context.Request.Headers.Accept)
        {
            if (value is not null && value.Contains(contentType, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
