using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using TempoCos.Otlp;
using TempoCos.Tempo.Http;
using ZstdSharp;

namespace TempoCos.Tempo.Distributor;

/// <summary>OTLP over HTTP: <c>POST /v1/traces</c> with JSON or protobuf, plain or compressed.</summary>
public sealed class OtlpHttpEndpoint(TracePusher pusher, Tenancy tenancy)
{
    private const int MaxBodyBytes = 20 * 1024 * 1024;
    private const string Protobuf = "application/x-protobuf";

    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path != "/v1/traces")
        {
            await context.WriteTextAsync(404, "404 page not found\n");
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await context.WriteTextAsync(405, "405 method not allowed, supported: [POST]", "text/plain");
            return;
        }

        var type = (context.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        if (type is not (HttpText.Json or Protobuf))
        {
            await context.WriteTextAsync(415, "415 unsupported media type, supported: [application/json, application/x-protobuf]", "text/plain");
            return;
        }

        try
        {
            var tenant = tenancy.ForIngest(context.Request.Headers[Tenancy.Header]) ?? throw new PushFailureException(StatusCode.Unavailable, "no org id");
            var body = await ReadAsync(context);
            var request = type == HttpText.Json ? OtlpJsonReader.Read(body) : ExportTraceServiceRequest.Parser.ParseFrom(body);
            await pusher.PushAsync(tenant, request, context.RequestAborted);
            await context.WriteBytesAsync(type, type == HttpText.Json ? "{\"partialSuccess\":{}}"u8.ToArray() : new byte[] { 0x0a, 0x00 });
        }
        catch (PushFailureException failure)
        {
            await FailAsync(context, type, failure.Code, failure.Message, failure.RetryAfter);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or JsonException or FormatException or InvalidDataException or ZstdException or ArgumentException or EndOfStreamException)
        {
            await FailAsync(context, type, StatusCode.InvalidArgument, exception.Message, default);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var plain = new MemoryStream();
        await using var source = Decompress(context.Request.Headers.ContentEncoding.ToString(), context.Request.Body);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await source.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            if (plain.Length + read > MaxBodyBytes)
            {
                throw new InvalidDataException("http: request body too large");
            }

            plain.Write(buffer, 0, read);
        }

        return plain.ToArray();
    }

    private static Stream Decompress(string encoding, Stream body) => encoding switch
    {
        "" or "identity" => body,
        "gzip" => new GZipStream(body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress),
        "zstd" => new DecompressionStream(body),
        _ => throw new InvalidDataException($"unsupported Content-Encoding: {encoding}"),
    };

    private static Task FailAsync(HttpContext context, string type, StatusCode code, string message, TimeSpan retryAfter)
    {
        context.Response.StatusCode = code switch
        {
            StatusCode.InvalidArgument => 400,
            StatusCode.ResourceExhausted => 429,
            StatusCode.Unavailable => 503,
            _ => 500,
        };
        if (retryAfter > TimeSpan.Zero)
        {
            context.Response.Headers.RetryAfter = $"{(int)Math.Ceiling(retryAfter.TotalSeconds)}";
        }

        if (type == Protobuf)
        {
            return context.WriteBytesAsync(Protobuf, new Google.Rpc.Status { Code = (int)code, Message = message }.ToByteArray());
        }

        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, TraceJson.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteNumber("code", (int)code);
            writer.WriteString("message", message);
            writer.WriteEndObject();
        }

        return context.WriteBytesAsync(HttpText.Json, json.ToArray());
    }
}
