using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Distributor.Export;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Distributor;

/// <summary>
/// OTLP over gRPC, straight on HTTP/2: the message stays bytes, and one that is too large is refused from its first five, in Tempo's words.
/// </summary>
public sealed partial class OtlpGrpcEndpoint(TracePusher pusher, DistributorSettings settings, ILogger<OtlpGrpcEndpoint> logger)
{
    private const string Service = "/opentelemetry.proto.collector.trace.v1.TraceService/";
    private const int Prefix = 5;

    // Uncompressed, two bytes: an empty partialSuccess.
    private static readonly byte[] Success = [0, 0, 0, 0, 2, 10, 0];

    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            await context.WriteTextAsync(415, $"invalid gRPC request content-type \"{context.Request.ContentType}\"");
            return;
        }

        context.Response.ContentType = "application/grpc";
        var path = context.Request.Path.Value ?? "";
        if (path != Service + "Export")
        {
            Fail(context, StatusCode.Unimplemented, path.StartsWith(Service, StringComparison.Ordinal)
                ? $"unknown method {path[Service.Length..]} for service {Service.Trim('/')}"
                : $"unknown service {path.Trim('/').Split('/')[0]}");
            return;
        }

        try
        {
            using var message = await ReadAsync(context);
            await pusher.PushAsync(context.Request.Headers[Tenancy.Header], message.Memory, context.RequestAborted);
            await context.Response.BodyWriter.WriteAsync(Success, context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", "0");
        }
        catch (PushFailureException failure)
        {
            Fail(context, failure.Code, failure.Message, failure.RetryAfter);
        }
        catch (MalformedExportException exception)
        {
            Fail(context, StatusCode.Internal, $"grpc: error unmarshalling request: {exception.Message}");
        }
        catch (OtlpBodyTooLargeException)
        {
            Fail(context, StatusCode.ResourceExhausted, $"grpc: received message after decompression larger than max {settings.MaxGrpcBytes}");
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            Log.Failed(logger, exception);
            Fail(context, StatusCode.Internal, exception.Message);
        }
    }

    private async Task<OtlpBody> ReadAsync(HttpContext context)
    {
        var body = new OtlpBody();
        var compressed = false;
        var length = -1L;
        try
        {
            var reader = context.Request.BodyReader;
            while (true)
            {
                var result = await reader.ReadAsync(context.RequestAborted);
                var buffer = result.Buffer;
                if (length < 0 && buffer.Length >= Prefix)
                {
                    (compressed, length) = ReadPrefix(buffer);
                    if (length > settings.MaxGrpcBytes)
                    {
                        reader.AdvanceTo(buffer.End);
                        throw new PushFailureException(StatusCode.ResourceExhausted, $"grpc: received message larger than max ({length} vs. {settings.MaxGrpcBytes})");
                    }

                    body.Reserve((int)length);
                    buffer = buffer.Slice(Prefix);
                }

                if (length >= 0)
                {
                    if (body.Length + buffer.Length > length)
                    {
                        reader.AdvanceTo(buffer.End);
                        throw new PushFailureException(StatusCode.Internal, "more than one message in a unary call");
                    }

                    body.Append(buffer);
                    reader.AdvanceTo(buffer.End);
                }
                else
                {
                    reader.AdvanceTo(buffer.Start, buffer.End);
                }

                if (result.IsCompleted)
                {
                    break;
                }
            }

            if (body.Length != length)
            {
                throw new PushFailureException(StatusCode.Internal, MalformedExportException.Truncated);
            }

            if (!compressed)
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
            var encoding = context.Request.Headers["grpc-encoding"].ToString();
            return OtlpDecompression.Encodings.Contains(encoding)
                ? await OtlpDecompression.RunAsync(encoding, body.Memory, settings.MaxGrpcBytes, context.RequestAborted)
                : throw new PushFailureException(StatusCode.Unimplemented, $"grpc: Decompressor is not installed for grpc-encoding \"{encoding}\"");
        }
    }

    private static (bool Compressed, long Length) ReadPrefix(ReadOnlySequence<byte> buffer)
    {
        Span<byte> prefix = stackalloc byte[Prefix];
        buffer.Slice(0, Prefix).CopyTo(prefix);
        return (prefix[0] == 1, BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]));
    }

    // Headers only: nothing was written yet.
    private static void Fail(HttpContext context, StatusCode code, string message, TimeSpan retryAfter = default)
    {
        context.Response.Headers["grpc-status"] = $"{(int)code}";
        context.Response.Headers["grpc-message"] = Escape(message);
        if (code == StatusCode.Unimplemented)
        {
            context.Response.Headers["grpc-accept-encoding"] = "gzip,deflate,zstd,snappy";
        }

        if (retryAfter > TimeSpan.Zero)
        {
            var status = new Google.Rpc.Status
            {
                Code = (int)code,
                Message = message,
                Details = { Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) }) },
            };
            context.Response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
        }
    }

    private static string Escape(string message)
    {
        var text = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(message))
        {
            _ = value is >= 0x20 and < 0x7F and not (byte)'%' ? text.Append((char)value) : text.Append('%').Append(value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "an export over gRPC failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
