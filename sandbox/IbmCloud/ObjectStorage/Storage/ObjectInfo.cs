using TempoCos.IbmCloud.ObjectStorage.Checksums;

namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>All there is to know of an object but its bytes; stored behind them in the same file.</summary>
public sealed record ObjectInfo
{
    public required string Key { get; init; }

    public long Size { get; init; }

    /// <summary>Without quotes.</summary>
    public string ETag { get; init; } = "";

    public DateTimeOffset LastModified { get; init; }

    public string ContentType { get; init; } = "binary/octet-stream";

    /// <summary>Cache-Control, Content-Disposition, Content-Encoding, Content-Language, Expires.</summary>
    public Dictionary<string, string>? Headers { get; init; }

    /// <summary>x-amz-meta-… by the name's rest, in lower case.</summary>
    public Dictionary<string, string>? Metadata { get; init; }

    public Dictionary<string, string>? Tags { get; init; }

    public ChecksumAlgorithm Checksum { get; init; } = ChecksumAlgorithm.Crc64Nvme;

    public string? ChecksumValue { get; init; }
}
