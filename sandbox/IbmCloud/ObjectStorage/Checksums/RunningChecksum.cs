using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace TempoCos.IbmCloud.ObjectStorage.Checksums;

/// <summary>A checksum over data that comes in pieces.</summary>
public sealed class RunningChecksum(ChecksumAlgorithm algorithm) : IDisposable
{
    private readonly IncrementalHash? _hash = algorithm switch
    {
        ChecksumAlgorithm.Sha1 => IncrementalHash.CreateHash(HashAlgorithmName.SHA1),
        ChecksumAlgorithm.Sha256 => IncrementalHash.CreateHash(HashAlgorithmName.SHA256),
        _ => null,
    };

    private uint _crc32 = uint.MaxValue;
    private ulong _crc64 = ulong.MaxValue;

    public ChecksumAlgorithm Algorithm => algorithm;

    public void Append(ReadOnlySpan<byte> data)
    {
        switch (algorithm)
        {
            case ChecksumAlgorithm.Crc32:
                _crc32 = Crc32.Append(_crc32, data);
                break;
            case ChecksumAlgorithm.Crc32C:
                AppendCrc32C(data);
                break;
            case ChecksumAlgorithm.Crc64Nvme:
                _crc64 = Crc64Nvme.Append(_crc64, data);
                break;
            default:
                _hash!.AppendData(data);
                break;
        }
    }

    /// <summary>The checksum as it is sent.</summary>
    public string Finish()
    {
        Span<byte> value = stackalloc byte[32];
        var length = ChecksumNames.LengthOf(algorithm);
        switch (algorithm)
        {
            case ChecksumAlgorithm.Crc32 or ChecksumAlgorithm.Crc32C:
                BinaryPrimitives.WriteUInt32BigEndian(value, ~_crc32);
                break;
            case ChecksumAlgorithm.Crc64Nvme:
                BinaryPrimitives.WriteUInt64BigEndian(value, ~_crc64);
                break;
            default:
                _hash!.GetHashAndReset(value);
                break;
        }

        return Convert.ToBase64String(value[..length]);
    }

    public void Dispose() => _hash?.Dispose();

    private void AppendCrc32C(ReadOnlySpan<byte> data)
    {
        while (data.Length >= 8)
        {
            _crc32 = BitOperations.Crc32C(_crc32, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[8..];
        }

        foreach (var value in data)
        {
            _crc32 = BitOperations.Crc32C(_crc32, value);
        }
    }
}
