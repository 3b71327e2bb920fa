using System.Security.Cryptography;
using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Payloads;

/// <summary>A body as it is, perhaps with its SHA-256 signed.</summary>
public sealed class PlainPayload(Stream body, long? length, string? expectedHash) : PayloadReader
{
    private readonly IncrementalHash? _hash = expectedHash is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _read;

    public override long? Length => length;

    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        var count = await body.ReadAsync(destination, cancellationToken);
        if (count > 0)
        {
            _read += count;
            _hash?.AppendData(destination.Span[..count]);
            return count;
        }

        if (length is { } announced && _read != announced)
        {
            throw S3Errors.IncompleteBody();
        }

        if (_hash is not null && !SignatureV4.AreEqual(Convert.ToHexStringLower(_hash.GetHashAndReset()), expectedHash!))
        {
            throw S3Errors.ContentHashMismatch();
        }

        return 0;
    }

    protected override void Release() => _hash?.Dispose();
}
