using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Checksums;

/// <summary>How the algorithms are written on the wire.</summary>
public static class ChecksumNames
{
    public static readonly ChecksumAlgorithm[] All = Enum.GetValues<ChecksumAlgorithm>();

    /// <summary><c>x-amz-checksum-…</c>.</summary>
    public static string HeaderOf(ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc32 => "x-amz-checksum-crc32",
        ChecksumAlgorithm.Crc32C => "x-amz-checksum-crc32c",
        ChecksumAlgorithm.Crc64Nvme => "x-amz-checksum-crc64nvme",
        ChecksumAlgorithm.Sha1 => "x-amz-checksum-sha1",
        _ => "x-amz-checksum-sha256",
    };

    /// <summary>As an element of XML.</summary>
    public static string ElementOf(ChecksumAlgorithm algorithm) => "Checksum" + LabelOf(algorithm);

    /// <summary>As in the XML of lists.</summary>
    public static string LabelOf(ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc32 => "CRC32",
        ChecksumAlgorithm.Crc32C => "CRC32C",
        ChecksumAlgorithm.Crc64Nvme => "CRC64NVME",
        ChecksumAlgorithm.Sha1 => "SHA1",
        _ => "SHA256",
    };

    public static string LabelOf(ChecksumType type) => type == ChecksumType.Composite ? "COMPOSITE" : "FULL_OBJECT";

    /// <summary>The algorithm of a label; null for none. Throws when there is no such algorithm.</summary>
    public static ChecksumAlgorithm? Require(string? label)
    {
        foreach (var algorithm in label is null ? [] : All)
        {
            if (string.Equals(LabelOf(algorithm), label, StringComparison.OrdinalIgnoreCase))
            {
                return algorithm;
            }
        }

        return label is null ? null : throw S3Errors.InvalidRequest("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
    }

    public static ChecksumAlgorithm? OfHeader(string name)
    {
        foreach (var algorithm in All)
        {
            if (string.Equals(HeaderOf(algorithm), name, StringComparison.OrdinalIgnoreCase))
            {
                return algorithm;
            }
        }

        return null;
    }

    public static int LengthOf(ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc64Nvme => 8,
        ChecksumAlgorithm.Sha1 => 20,
        ChecksumAlgorithm.Sha256 => 32,
        _ => 4,
    };
}
