using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Authentication;

/// <summary>Signature version 2, as old clients and HTML forms still send it.</summary>
public static class SignatureV2
{
    private const string HeaderScheme = "AWS ";

    // The parameters that are signed as part of the resource.
    private static readonly string[] Signed =
    [
        "acl", "cors", "delete", "lifecycle", "location", "logging", "notification", "object-lock", "partNumber", "policy", "requestPayment", "response-cache-control",
        "response-content-disposition", "response-content-encoding", "response-content-language", "response-content-type", "response-expires", "restore", "retention", "legal-hold",
        "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions", "website",
    ];

    /// <summary>What a request says of its own signature; null when it carries none of version 2.</summary>
    public static (string AccessKeyId, string Signature, DateTimeOffset? Expires)? ClaimOf(S3Request request)
    {
        if (request.Header("Authorization") is { } header && header.StartsWith(HeaderScheme, StringComparison.Ordinal))
        {
            var colon = header.LastIndexOf(':');
            return colon > HeaderScheme.Length ? (header[HeaderScheme.Length..colon], header[(colon + 1)..], null) : throw S3Errors.InvalidArgument("AWS authorization header is invalid.");
        }

        if (request.Query["AWSAccessKeyId"] is not { } access || request.Query["Signature"] is not { } signature)
        {
            return null;
        }

        return long.TryParse(request.Query["Expires"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            ? (access, signature, DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, 253402300799)))
            : throw S3Errors.AccessDenied("Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters");
    }

    public static string Sign(S3Request request, string secret) => Sign(secret, StringToSign(request));

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "the signature is defined so")]
    public static string Sign(string secret, string text) => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));

    private static string StringToSign(S3Request request)
    {
        var headers = request.Context.Request.Headers;
        var presigned = request.Query["Expires"] is not null && request.Query["Signature"] is not null;
        var date = presigned ? request.Query["Expires"] : request.Header("x-amz-date") is null ? request.Header("Date") : "";
        var text = new StringBuilder();
        text.Append(request.Context.Request.Method).Append('\n').Append(request.Header("Content-MD5")).Append('\n').Append(request.Header("Content-Type")).Append('\n').Append(date).Append('\n');
        foreach (var (name, value) in headers.Where(header => header.Key.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase)).OrderBy(header => header.Key.ToLowerInvariant(), StringComparer.Ordinal))
        {
            text.Append(name.ToLowerInvariant()).Append(':').AppendJoin(',', value.Select(one => one?.Trim())).Append('\n');
        }

        text.Append(request.HostBucket is { } bucket ? "/" + bucket : "").Append(request.RawPath);
        var separator = '?';
        foreach (var (name, value) in request.Query.Parameters.Where(pair => Signed.Contains(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(separator).Append(name).Append(value.Length > 0 ? "=" + value : "");
            separator = '&';
        }

        return text.ToString();
    }
}
