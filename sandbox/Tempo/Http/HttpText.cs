using Google.Protobuf;

namespace TempoCos.Tempo.Http;

/// <summary>Bodies as Tempo writes them.</summary>
public static class HttpText
{
    public const string Json = "application/json";
    public const string Protobuf = "application/protobuf";
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

    public static bool WantsProtobuf(this HttpContext context) =>
        context.Request.Headers.Accept.Any(value => value?.Contains(Protobuf, StringComparison.OrdinalIgnoreCase) == true);
}
