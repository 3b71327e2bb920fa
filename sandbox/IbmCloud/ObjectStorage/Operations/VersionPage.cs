using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>A page of versions, newest of each key first, and rolled-up prefixes; and where the next page starts.</summary>
public sealed record VersionPage(List<(IndexEntry Version, bool IsLatest)> Versions, List<string> Prefixes, string? NextKey, string? NextVersion)
{
    public static VersionPage Read(ObjectIndex index, string prefix, string delimiter, string afterKey, string? afterVersion, int most)
    {
        var versions = new List<(IndexEntry, bool)>(Math.Min(most, 64));
        var prefixes = new List<string>();
        string? lastKey = null, lastVersion = null;
        var afterIsBehind = afterKey.Length > 0 && KeyOrder.Instance.Compare(afterKey, prefix) >= 0;
        // With a version marker the rest of the key's own versions is still to come.
        var cursor = afterIsBehind ? index.Seek(afterKey, inclusive: afterVersion is not null) : index.Seek(prefix, inclusive: true);
        while (cursor.Current is { } head && head.Key.StartsWith(prefix, StringComparison.Ordinal))
        {
            var end = delimiter.Length == 0 ? -1 : head.Key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            if (end >= 0)
            {
                var common = head.Key[..(end + delimiter.Length)];
                if (KeyOrder.Instance.Compare(common, afterKey) > 0)
                {
                    if (versions.Count + prefixes.Count >= most)
                    {
                        return new VersionPage(versions, prefixes, lastKey, lastVersion);
                    }

                    prefixes.Add(common);
                    (lastKey, lastVersion) = (common, null);
                }

                cursor.Seek(common + ListPage.Highest, inclusive: false);
                continue;
            }

            for (var version = afterVersion is not null && head.Key == afterKey ? After(head, afterVersion) : head; version is not null; version = version.Older)
            {
                if (versions.Count + prefixes.Count >= most)
                {
                    return new VersionPage(versions, prefixes, lastKey, lastVersion);
                }

                versions.Add((version, ReferenceEquals(version, head)));
                (lastKey, lastVersion) = (version.Key, Bucket.NameOf(version.VersionId));
            }

            cursor.Next();
        }

        return new VersionPage(versions, prefixes, null, null);
    }

    /// <summary>The first version that is older than the marker; the marker's own version may be gone by now.</summary>
    private static IndexEntry? After(IndexEntry head, string marker)
    {
        if (head.Find(Bucket.ParseVersionId(marker)) is { } found)
        {
            return found.Older;
        }

        var sequence = Bucket.SequenceOf(marker);
        var version = head;
        while (version is not null && sequence is { } known && version.Sequence >= known)
        {
            version = version.Older;
        }

        return version;
    }
}
