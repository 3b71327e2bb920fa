using System.Globalization;
using System.Security.Cryptography;
using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.ObjectStorage.Checksums;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Payloads;

/// <summary>Opens a request's body by the mode that its signature names.</summary>
public static class Payload
{
    public static PayloadReader Open(S3Request request, S3Identity identity)
    {
        var body = request.Context.Request.Body;
        if (identity.Mode is PayloadMode.SignedChunks or PayloadMode.UnsignedChunks)
        {
            var decoded = long.TryParse(request.Header("x-amz-decoded-content-length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                ? length
                : throw S3Errors.MissingContentLength();
            return new ChunkedPayload(body, decoded, identity.Signer);
        }

        var announced = request.Context.Request.ContentLength;
        return announced is not null || request.Context.Request.Headers.TransferEncoding.Count > 0
            ? new PlainPayload(body, announced, identity.PayloadHash)
            : throw S3Errors.MissingContentLength();
    }

    /// <summary>Reads a short body whole, after checking its digests.</summary>
    public static async Task<PooledBytes> ReadAllAsync(S3Request request, S3Identity identity, int longest, DigestClaim digest)
    {
        if (request.Context.Request.ContentLength is 0 || (request.Context.Request.ContentLength is null && request.Context.Request.Headers.TransferEncoding.Count == 0))
        {
            return new PooledBytes(16);
        }

        var bytes = new PooledBytes();
        try
        {
            using var payload = Open(request, identity);
            using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            using var checksum = new RunningChecksum(digest.Algorithm);
            int count;
            while ((count = await payload.ReadAsync(bytes.GetMemory(4096), request.Cancelled)) > 0)
            {
                var piece = bytes.GetSpan()[..count];
                md5.AppendData(piece);
                checksum.Append(piece);
                bytes.Advance(count);
                if (bytes.Written.Length > longest)
                {
                    throw new S3Exception(400, "MaxMessageLengthExceeded", "Your request was too large.");
                }
            }

            var claimed = digest.TrailerName is null ? digest.Value : payload.Trailer(digest.TrailerName);
            if ((digest.Md5 is not null && !md5.GetHashAndReset().AsSpan().SequenceEqual(digest.Md5))
                || (claimed is not null && claimed != checksum.Finish()))
            {
                throw S3Errors.BadDigest();
            }

            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }
}
