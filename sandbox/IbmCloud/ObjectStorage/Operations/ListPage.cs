using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>A page of keys: entries and rolled-up prefixes, and where the next page starts.</summary>
public sealed record ListPage(List<IndexEntry> Entries, List<string> Prefixes, string? Next)
{
    /// <summary>Behind a prefix: comes after every key that starts with it.</summary>
    public const string Highest = "\U0010FFFF";

    /// <summary>
    /// Reads a page. Costs the keys that it shows, not those that a prefix rolls up: behind a common prefix it seeks, it does not walk.
    /// </summary>
    public static ListPage Read(ObjectIndex index, string prefix, string delimiter, string after, int most)
    {
        var entries = new List<IndexEntry>(Math.Min(most, 64));
        var prefixes = new List<string>();
        string? last = null;
        var afterIsBehind = KeyOrder.Instance.Compare(after, prefix) >= 0;
        var cursor = afterIsBehind && after.Length > 0 ? index.Seek(after, inclusive: false) : index.Seek(prefix, inclusive: true);
        while (cursor.Current is { } entry && entry.Key.StartsWith(prefix, StringComparison.Ordinal))
        {
            if (entry.IsDeleteMarker)
            {
                cursor.Next();
                continue;
            }

            var end = delimiter.Length == 0 ? -1 : entry.Key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            var common = end < 0 ? null : entry.Key[..(end + delimiter.Length)];
            if (common is not null && KeyOrder.Instance.Compare(common, after) <= 0)
            {
                cursor.Seek(common + Highest, inclusive: false);
                continue;
            }

            if (entries.Count + prefixes.Count >= most)
            {
                return new ListPage(entries, prefixes, most == 0 ? null : last);
            }

            if (common is null)
            {
                entries.Add(entry);
                last = entry.Key;
                cursor.Next();
            }
            else
            {
                prefixes.Add(common);
                last = common;
                cursor.Seek(common + Highest, inclusive: false);
            }
        }

        return new ListPage(entries, prefixes, null);
    }
}
