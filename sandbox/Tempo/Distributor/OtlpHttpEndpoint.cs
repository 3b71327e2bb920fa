using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Distributor.Export;
using TempoCos.Tempo.Distributor.Json;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Distributor;

/// <summary>OTLP over HTTP: <c>POST /v1/traces</c> with JSON or protobuf, plain or compressed.</summary>
public sealed partial class OtlpHttpEndpoint(TracePusher pusher, DistributorSettings settings, ILogger<OtlpHttpEndpoint> logger)
{
    private const string Protobuf = "application/x-protobuf";
    private static readonly byte[] JsonSuccess = "{\"partialSuccess\":{}}"u8.ToArray();
    private static readonly byte[] ProtobufSuccess = [10, 0];

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
            using var body = await ReadAsync(context);
            var message = type == HttpText.Json ? OtlpJsonReader.Read(body.Memory.Span).ToByteArray() : body.Memory;
            await pusher.PushAsync(context.Request.Headers[Tenancy.Header], message, context.RequestAborted);
            await context.WriteBytesAsync(type, type == HttpText.Json ? JsonSuccess : ProtobufSuccess);
        }
        catch (PushFailureException failure)
        {
            await FailAsync(context, type, failure.Code, failure.Message, failure.RetryAfter);
        }
        catch (Exception exception) when (exception is MalformedExportException or OtlpBodyTooLargeException)
        {
            await FailAsync(context, type, StatusCode.InvalidArgument, exception.Message, default);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            Log.Failed(logger, exception);
            await FailAsync(context, type, StatusCode.Internal, exception.Message, default);
        }
    }

    private async Task<OtlpBody> ReadAsync(HttpContext context)
    {
        var encoding = context.Request.Headers.ContentEncoding.ToString();
        var plain = encoding is "" or "identity";
        if (!plain && !OtlpDecompression.Encodings.Contains(encoding))
        {
            throw new MalformedExportException($"unsupported Content-Encoding: {encoding}");
        }

        var body = new OtlpBody((int)Math.Clamp(context.Request.ContentLength ?? 0, 16 * 1024, settings.MaxHttpBytes));
        try
        {
            await body.AppendAsync(context.Request.Body, settings.MaxHttpBytes, context.RequestAborted);
            if (plain)
            {
                return body;
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }

        using (body)
        {
            return await OtlpDecompression.RunAsync(encoding, body.Memory, settings.MaxHttpBytes, context.RequestAborted);
        }
    }

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
            var status = new Google.Rpc.Status { Code = (int)code, Message = message };
            if (retryAfter > TimeSpan.Zero)
            {
                status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) }));
            }

            return context.WriteBytesAsync(Protobuf, status.ToByteArray());
        }

        // Spaced as the real one does it.
        var details = retryAfter > TimeSpan.Zero
            ? $$""", "details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo", "retryDelay":"{{retryAfter.TotalSeconds.ToString("0.#########", CultureInfo.InvariantCulture)}}s"}]"""
            : "";
        var text = $$"""{"code":{{(int)code}}, "message":"{{JsonEncodedText.Encode(message, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}}"{{details}}}""";
        return context.WriteBytesAsync(HttpText.Json, Encoding.UTF8.GetBytes(text));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "an export over HTTP failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
