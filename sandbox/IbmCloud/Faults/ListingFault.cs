using System.Security.Cryptography;
using System.Text;
using TempoCos.IbmCloud.ObjectStorage.Operations;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.Faults;

/// <summary>What a list does wrong: it is stale, unsorted, or deaf to where it should start.</summary>
public sealed record ListingFault(DateTimeOffset? HiddenSince, bool Unsorted, bool IgnoreStartAfter)
{
    /// <summary>Null when the fault leaves lists alone.</summary>
    public static ListingFault? Of(Fault? fault, DateTimeOffset now) => fault is { AltersLists: true }
        ? new ListingFault(fault.HideSeconds is { } seconds ? now - TimeSpan.FromSeconds(seconds) : null, fault.Unsorted, fault.IgnoreStartAfter)
        : null;

    /// <summary>Reads a page as <see cref="ListPage.Read"/> does, and as the fault wants it. It walks the whole list, which faults may.</summary>
    /// <param name="continues">Whether <paramref name="after"/> is where a page before ended, and not where the client wants to start.</param>
    /// <param name="startAfter">Where the client wants the first page to start, whichever page this is.</param>
    public ListPage Read(ObjectIndex index, string prefix, string delimiter, string after, bool continues, string startAfter, int most)
    {
        if (IgnoreStartAfter && !continues)
        {
            after = "";
        }

        var source = HiddenSince is null ? index : WithoutYoung(index);
        if (!Unsorted)
        {
            return ListPage.Read(source, prefix, delimiter, after, most);
        }

        var whole = ListPage.Read(source, prefix, delimiter, "", int.MaxValue);
        var rows = whole.Entries.Select(entry => (Name: entry.Key, Entry: (IndexEntry?)entry))
            .Concat(whole.Prefixes.Select(common => (Name: common, Entry: (IndexEntry?)null)))
            .OrderBy(row => Place(row.Name), StringComparer.Ordinal)
            .ToList();
        var last = continues ? rows.FindIndex(row => row.Name == after) : -1;
        var floor = last < 0 ? after : IgnoreStartAfter ? "" : startAfter;
        rows = [.. rows.Skip(last + 1).Where(row => KeyOrder.Compare(row.Name, floor) > 0)];
        var page = rows.Take(most).ToList();
        return new ListPage(
            [.. page.Where(row => row.Entry is not null).Select(row => row.Entry!)],
            [.. page.Where(row => row.Entry is null).Select(row => row.Name)],
            page.Count > 0 && page.Count < rows.Count ? page[^1].Name : null);
    }

    private ObjectIndex WithoutYoung(ObjectIndex index)
    {
        var old = new ObjectIndex();
        for (var cursor = index.Seek("", inclusive: true); cursor.Current is { } entry; cursor.Next())
        {
            if (entry.LastModified <= HiddenSince)
            {
                old.Set(entry);
            }
        }

        return old;
    }

    /// <summary>The same for the same name, at any time.</summary>
    private static string Place(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
