using System.Globalization;
using TempoCos.IbmCloud.Iam;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Authentication;

/// <summary>Checks who sent a request: signature version 4 in header or query, or an IAM token.</summary>
public sealed class S3Authenticator(Credentials credentials, CallerIdentity callers, TimeProvider time)
{
    private const string ContentHash = "x-amz-content-sha256";
    private const string Unsigned = "UNSIGNED-PAYLOAD";
    private static readonly TimeSpan AllowedSkew = TimeSpan.FromMinutes(15);

    public S3Identity Authenticate(S3Request request)
    {
        if (request.Operation == S3Operation.Preflight)
        {
            // A browser asks without credentials, whatever the request that is to follow carries.
            return new S3Identity(S3Principal.Anonymous, PayloadMode.Unsigned, null, null);
        }

        if (SignedClaim.Of(request) is { } claim)
        {
            return VerifySignature(request, claim);
        }

        if (SignatureV2.ClaimOf(request) is { } old)
        {
            return VerifyOldSignature(request, old.AccessKeyId, old.Signature, old.Expires);
        }

        if (request.Header("Authorization") is null)
        {
            var unsigned = ModeOf(request.Header(ContentHash) ?? Unsigned);
            return new S3Identity(S3Principal.Anonymous, unsigned == PayloadMode.SignedChunks ? PayloadMode.UnsignedChunks : unsigned, HashOf(request, unsigned), null);
        }

        // An expired token and a missing scheme look the same to the client: what it sent is no valid credential.
        var identity = callers.Of(request.Context) ?? throw credentials.BadToken();
        var mode = ModeOf(request.Header(ContentHash) ?? Unsigned);
        return new S3Identity(credentials.Of(identity), mode == PayloadMode.SignedChunks ? PayloadMode.UnsignedChunks : mode, HashOf(request, mode), null);
    }

    private S3Identity VerifySignature(S3Request request, SignedClaim claim)
    {
        var credential = credentials.Find(claim.AccessKeyId) ?? throw S3Errors.InvalidAccessKeyId();
        CheckTime(claim);
        if (!claim.SignedHeaders.Contains("host"))
        {
            throw S3Errors.AccessDenied("The host header must be signed.");
        }

        var payload = request.Header(ContentHash)
            ?? (claim.Presigned ? request.Query["X-Amz-Content-Sha256"] ?? Unsigned : SignatureV4.EmptyHash);
        var key = SignatureV4.SigningKey(credential.Secret, claim.Scope);
        if (!SignatureV4.AreEqual(SignatureV4.Sign(request, claim, payload, key), claim.Signature))
        {
            throw S3Errors.SignatureDoesNotMatch();
        }

        var mode = ModeOf(payload);
        return new S3Identity(credential.Principal, mode, mode == PayloadMode.Hashed ? payload : null, mode == PayloadMode.SignedChunks ? new ChunkSigner(key, claim) : null);
    }

    private S3Identity VerifyOldSignature(S3Request request, string accessKeyId, string signature, DateTimeOffset? expires)
    {
        var credential = credentials.Find(accessKeyId) ?? throw S3Errors.InvalidAccessKeyId();
        var now = time.GetUtcNow();
        if (expires < now)
        {
            throw S3Errors.AccessDenied("Request has expired");
        }

        if (expires is null)
        {
            if (!DateTimeOffset.TryParse(request.Header("x-amz-date") ?? request.Header("Date"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            {
                throw S3Errors.AccessDenied("AWS authentication requires a valid Date or x-amz-date header");
            }

            if ((now - date).Duration() > AllowedSkew)
            {
                throw S3Errors.RequestTimeTooSkewed();
            }
        }

        if (!SignatureV4.AreEqual(SignatureV2.Sign(request, credential.Secret), signature))
        {
            throw S3Errors.SignatureDoesNotMatch();
        }

        var mode = ModeOf(request.Header(ContentHash) ?? Unsigned);
        return new S3Identity(credential.Principal, mode == PayloadMode.SignedChunks ? PayloadMode.UnsignedChunks : mode, HashOf(request, mode), null);
    }

    private void CheckTime(SignedClaim claim)
    {
        var now = time.GetUtcNow();
        if (claim.Presigned ? now < claim.Time - AllowedSkew : (now - claim.Time).Duration() > AllowedSkew)
        {
            throw S3Errors.RequestTimeTooSkewed();
        }

        if (claim.Presigned && now > claim.Time + claim.Lifetime)
        {
            throw S3Errors.AccessDenied("Request has expired");
        }

        if (!claim.Timestamp.StartsWith(claim.Date, StringComparison.Ordinal))
        {
            throw S3Errors.SignatureDoesNotMatch();
        }
    }

    private static string? HashOf(S3Request request, PayloadMode mode) => mode == PayloadMode.Hashed ? request.Header(ContentHash) : null;

    private static PayloadMode ModeOf(string payload) => payload switch
    {
        Unsigned => PayloadMode.Unsigned,
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" or "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => PayloadMode.SignedChunks,
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => PayloadMode.UnsignedChunks,
        { Length: 64 } => PayloadMode.Hashed,
        _ => throw S3Errors.InvalidArgument("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING value or a SHA-256."),
    };
}
