using System.Text.Json.Serialization;
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

    public ChecksumType ChecksumType { get; init; }

    /// <summary>Null for the version that has none, which S3 calls null.</summary>
    public string? VersionId { get; init; }

    /// <summary>Orders the versions of a key; 0 in files of before there were versions.</summary>
    public long Sequence { get; init; }

    /// <summary>Not an object but the note that it is deleted.</summary>
    public bool IsDeleteMarker { get; init; }

    /// <summary>The service instance that wrote it; null for the bucket's.</summary>
    public string? Owner { get; init; }

    public AccessControlList? Acl { get; init; }

    public ObjectRetention? Retention { get; init; }

    public bool LegalHold { get; init; }

    /// <summary>The parts it was made of; null when it came in one piece.</summary>
    public List<PartInfo>? Parts { get; init; }

    /// <summary>The upload that it was made of, so that a repeated completion is answered like the first.</summary>
    public string? UploadId { get; init; }

    [JsonIgnore]
    public ObjectAttributes Attributes => Tags is null && Acl is null && Retention is null && !LegalHold
        ? ObjectAttributes.None
        : new ObjectAttributes { Tags = Tags, Acl = Acl, Retention = Retention, LegalHold = LegalHold };

    public ObjectInfo With(ObjectAttributes attributes) =>
        this with { Tags = attributes.Tags, Acl = attributes.Acl, Retention = attributes.Retention, LegalHold = attributes.LegalHold };
}
