using System.Text;

namespace TempoCos.Doctor.Wire;

/// <summary>Makes the HTTP request of an ask: path, query, headers, body and signature version 4, byte by byte as they are signed.</summary>
internal static class SignedRequest
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string ContentType = "application/octet-stream";

    public static HttpRequestMessage Make(S3Ask ask, StoreTarget target, Uri endpoint, DateTimeOffset time)
    {
        var scope = new SigningScope(target.SecretKey, target.Region, time);
        var host = target.PathStyle ? endpoint.Authority : $"{target.Bucket}.{endpoint.Authority}";
        var path = (target.PathStyle ? $"/{Encode(target.Bucket)}" : "") + (ask.Key is { } key ? $"/{string.Join('/', key.Split('/').Select(Encode))}" : target.PathStyle ? "" : "/");
        var query = string.Join('&', ask.Query
            .Select(pair => (Name: Encode(pair.Name), Value: Encode(pair.Value)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value}"));

        var body = ask.Body?.ToArray();
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = host,
            ["x-amz-content-sha256"] = Declare(ask.Mode, body),
            ["x-amz-date"] = scope.Timestamp,
        };
        if (target.SessionToken is { } token)
        {
            headers["x-amz-security-token"] = token;
        }

        foreach (var (name, value) in ask.Headers)
        {
            headers[name] = value;
        }

        if (body is not null)
        {
            Describe(headers, ask, body);
        }

        var unsigned = ask.AsMinio ? headers.Where(pair => pair.Key == "content-type").ToList() : [];
        unsigned.ForEach(pair => headers.Remove(pair.Key));
        var names = string.Join(';', headers.Keys);
        var canonical = $"{ask.Method}\n{path}\n{query}\n{string.Concat(headers.Select(pair => $"{pair.Key}:{pair.Value.Trim()}\n"))}\n{names}\n{headers["x-amz-content-sha256"]}";
        var signature = scope.Sign(Algorithm, SigningScope.Hash(Encoding.UTF8.GetBytes(canonical)));

        // The signature covers the address as it stands: nobody may tidy it up.
        var uri = new Uri($"{endpoint.Scheme}://{host}{path}{(query.Length > 0 ? "?" : "")}{query}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(ask.Method, uri) { Content = body is null ? null : new ByteArrayContent(Frame(ask.Mode, body, scope, signature)) };
        foreach (var (name, value) in headers.Concat(unsigned).Where(pair => pair.Key != "host"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={target.AccessKey}/{scope.Scope},SignedHeaders={names},Signature={signature}");
        return request;
    }

    private static void Describe(SortedDictionary<string, string> headers, S3Ask ask, byte[] body)
    {
        headers.TryAdd("content-type", ContentType);
        if (ask.Mode == PayloadMode.HeaderCrc32)
        {
            headers["x-amz-checksum-crc32"] = Crc32.Base64Of(body);
        }

        if (ask.Mode is PayloadMode.SignedChunks or PayloadMode.SignedTrailer or PayloadMode.UnsignedTrailer)
        {
            headers["x-amz-decoded-content-length"] = $"{body.Length}";
            if (!ask.AsMinio)
            {
                headers["content-encoding"] = "aws-chunked";
            }
        }

        if (ask.Mode is PayloadMode.SignedTrailer or PayloadMode.UnsignedTrailer)
        {
            headers["x-amz-sdk-checksum-algorithm"] = "CRC32";
            headers["x-amz-trailer"] = "x-amz-checksum-crc32";
        }
    }

    private static string Declare(PayloadMode mode, byte[]? body) => mode switch
    {
        _ when body is null => SigningScope.Hash([]),
        PayloadMode.Unsigned => "UNSIGNED-PAYLOAD",
        PayloadMode.SignedChunks => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        PayloadMode.SignedTrailer => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        PayloadMode.UnsignedTrailer => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        _ => SigningScope.Hash(body),
    };

    private static byte[] Frame(PayloadMode mode, byte[] body, SigningScope scope, string signature) => mode switch
    {
        PayloadMode.SignedChunks => ChunkedBody.Frame(body, scope, signature, withTrailer: false),
        PayloadMode.SignedTrailer => ChunkedBody.Frame(body, scope, signature, withTrailer: true),
        PayloadMode.UnsignedTrailer => ChunkedBody.Frame(body, null, "", withTrailer: true),
        _ => body,
    };

    private static string Encode(string text) => Uri.EscapeDataString(text);
}
