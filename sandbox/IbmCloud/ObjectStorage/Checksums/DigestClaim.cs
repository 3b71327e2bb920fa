using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Checksums;

/// <summary>The digests that a request claims for its body; the checksum's value may come in the trailer only.</summary>
public sealed record DigestClaim(byte[]? Md5, ChecksumAlgorithm Algorithm, string? Value, string? TrailerName)
{
    /// <summary>Whether the client gave any digest at all.</summary>
    public bool IsGiven => Md5 is not null || Value is not null || TrailerName is not null;

    /// <summary>Whether the client named the checksum's algorithm.</summary>
    public bool ChecksumIsGiven => Value is not null || TrailerName is not null;

    /// <summary>Nothing is claimed; the default checksum is computed.</summary>
    public static readonly DigestClaim None = new(null, ChecksumAlgorithm.Crc64Nvme, null, null);

    /// <summary>Reads the headers; the fallback is what is computed when they name no algorithm.</summary>
    public static DigestClaim Of(S3Request request, ChecksumAlgorithm fallback = ChecksumAlgorithm.Crc64Nvme)
    {
        byte[]? md5 = null;
        if (request.Header("Content-MD5") is { } header)
        {
            md5 = IsBase64(header, 16) ? Convert.FromBase64String(header) : throw S3Errors.InvalidDigest();
        }

        DigestClaim? claim = null;
        foreach (var algorithm in ChecksumNames.All)
        {
            if (request.Header(ChecksumNames.HeaderOf(algorithm)) is { } value)
            {
                if (!IsBase64(value, ChecksumNames.LengthOf(algorithm)))
                {
                    throw S3Errors.BadDigest();
                }

                claim = claim is null
                    ? new DigestClaim(md5, algorithm, value, null)
                    : throw S3Errors.InvalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
            }
        }

        if (claim is not null)
        {
            return claim;
        }

        if (request.Header("x-amz-trailer") is { } trailer)
        {
            var algorithm = ChecksumNames.OfHeader(trailer.Trim())
                ?? throw S3Errors.InvalidRequest($"The value specified in the x-amz-trailer header is not supported: {trailer}");
            return new DigestClaim(md5, algorithm, null, ChecksumNames.HeaderOf(algorithm));
        }

        return new DigestClaim(md5, fallback, null, null);
    }

    private static bool IsBase64(string text, int length)
    {
        Span<byte> bytes = stackalloc byte[64];
        return Convert.TryFromBase64String(text, bytes, out var count) && count == length;
    }
}
