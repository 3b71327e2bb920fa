using System.Globalization;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Authentication;

/// <summary>What a request says about its own signature, in the header or in the query.</summary>
public sealed record SignedClaim(string AccessKeyId, string Scope, string[] SignedHeaders, string Signature, string Timestamp, bool Presigned, TimeSpan Lifetime)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";
    private const int LongestLifetime = 7 * 24 * 3600;
    private const string TimestampFormat = "yyyyMMdd'T'HHmmss'Z'";

    public string Date => Scope[..8];

    public string Region => Scope.Split('/')[1];

    public DateTimeOffset Time => DateTimeOffset.ParseExact(Timestamp, TimestampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Reads the claim; null when the request carries none of signature version 4.</summary>
    public static SignedClaim? Of(S3Request request)
    {
        if (request.Query["X-Amz-Algorithm"] == Algorithm)
        {
            return Create(
                request.Query["X-Amz-Credential"], request.Query["X-Amz-SignedHeaders"], request.Query["X-Amz-Signature"], request.Query["X-Amz-Date"],
                presigned: true, request.Query["X-Amz-Expires"]);
        }

        if (request.Header("Authorization") is not { } header || !header.StartsWith(Algorithm, StringComparison.Ordinal))
        {
            return null;
        }

        string? credential = null, signedHeaders = null, signature = null;
        foreach (var part in header[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var value = part[(equals + 1)..];
            switch (equals < 0 ? "" : part[..equals])
            {
                case "Credential":
                    credential = value;
                    break;
                case "SignedHeaders":
                    signedHeaders = value;
                    break;
                case "Signature":
                    signature = value;
                    break;
            }
        }

        return Create(credential, signedHeaders, signature, request.Header("x-amz-date") ?? FromDateHeader(request.Header("Date")), presigned: false, null);
    }

    private static SignedClaim Create(string? credential, string? signedHeaders, string? signature, string? timestamp, bool presigned, string? expires)
    {
        if (credential is null || signedHeaders is null || signature is null || timestamp is null)
        {
            throw S3Errors.AccessDenied("The signature is incomplete: Credential, SignedHeaders, Signature and a date are required.");
        }

        // The access key id may hold slashes; the scope's four parts are the last.
        var parts = credential.Split('/');
        var scopeLength = parts.Length < 5 ? 0 : parts[^4..].Sum(part => part.Length) + 3;
        if (scopeLength == 0 || parts[^4].Length != 8 || parts[^1] != "aws4_request"
            || !DateTimeOffset.TryParseExact(timestamp, TimestampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
        {
            throw new S3Exception(400, "AuthorizationHeaderMalformed", "The credential scope or the date of the signature is malformed.");
        }

        var lifetime = TimeSpan.Zero;
        if (presigned)
        {
            lifetime = !int.TryParse(expires, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
                ? throw new S3Exception(400, "AuthorizationQueryParametersError", "X-Amz-Expires must be a number of seconds.")
                : seconds is < 0 or > LongestLifetime ? throw S3Errors.AccessDenied("X-Amz-Expires must be from 0 to 604800 seconds, which are a week.")
                : TimeSpan.FromSeconds(seconds);
        }

        return new SignedClaim(credential[..^(scopeLength + 1)], credential[^scopeLength..], signedHeaders.Split(';'), signature, timestamp, presigned, lifetime);
    }

    private static string? FromDateHeader(string? date) =>
        DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime.ToString(TimestampFormat, CultureInfo.InvariantCulture)
            : null;
}
