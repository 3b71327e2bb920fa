using TempoCos.IbmCloud.ObjectStorage.Checksums;

namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>
/// What lists show of a version of an object. The newest version of a key is linked to the older ones; what no version was asked for is the version without an id,
/// which S3 calls null.
/// </summary>
public sealed record IndexEntry(string Key, long Size, string ETag, DateTimeOffset LastModified)
{
    /// <summary>Null for the null version.</summary>
    public string? VersionId { get; init; }

    /// <summary>Orders the versions of a key.</summary>
    public long Sequence { get; init; }

    public bool IsDeleteMarker { get; init; }

    public ChecksumAlgorithm Checksum { get; init; } = ChecksumAlgorithm.Crc64Nvme;

    public ChecksumType ChecksumType { get; init; }

    /// <summary>Whose it is; null for the bucket's owner.</summary>
    public string? Owner { get; init; }

    /// <summary>What can be changed without writing the bytes again.</summary>
    public ObjectAttributes Attributes { get; init; } = ObjectAttributes.None;

    /// <summary>Whether the attributes have been changed since, and are in a file of their own.</summary>
    public bool IsAmended { get; init; }

    /// <summary>The version before; null for the oldest.</summary>
    public IndexEntry? Older { get; private init; }

    /// <summary>Of this version and all older ones.</summary>
    public VersionTotals Totals { get; private init; }

    /// <summary>The entry as the newest of a chain.</summary>
    public IndexEntry Over(IndexEntry? older) => this with
    {
        Older = older,
        Totals = (older?.Totals ?? default).Plus(this),
    };

    /// <summary>The version of that id, from this one on; null when there is none.</summary>
    public IndexEntry? Find(string? versionId)
    {
        for (var entry = this; entry is not null; entry = entry.Older)
        {
            if (entry.VersionId == versionId)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>The chain with that version replaced, or left out for null. What is newer than it is linked anew.</summary>
    public IndexEntry? With(IndexEntry old, IndexEntry? replacement)
    {
        var newer = new Stack<IndexEntry>();
        for (var entry = this; entry is not null && !ReferenceEquals(entry, old); entry = entry.Older)
        {
            newer.Push(entry);
        }

        var chain = replacement is null ? old.Older : replacement.Over(old.Older);
        while (newer.TryPop(out var entry))
        {
            chain = entry.Over(chain);
        }

        return chain;
    }
}
