using System.Text.Json;

namespace TempoCos.CosProvisioner.Ledger;

/// <summary>
/// What a run has made, is about to make and has removed: a file to which lines are added, each on the disk before the method returns.
/// A thing is known by its kind and name; its last line counts.
/// </summary>
internal sealed class RunLedger : IDisposable
{
    private readonly FileStream _file;
    private readonly TimeProvider _time;
    private readonly List<LedgerItem> _items;

    private RunLedger(FileStream file, List<LedgerItem> items, TimeProvider time)
    {
        _file = file;
        _items = items;
        _time = time;
    }

    /// <summary>What is not known to be gone, in the order of first intent.</summary>
    public IReadOnlyList<LedgerItem> Live => [.. _items.Where(item => item.State != LedgerState.Removed)];

    /// <summary>The caller sees to it that nobody else writes; anybody may read meanwhile.</summary>
    public static RunLedger Open(string path, TimeProvider time)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        try
        {
            var items = Fold(ReadRecords(file, out var endsInMidLine));
            file.Seek(0, SeekOrigin.End);
            if (endsInMidLine)
            {
                // The process died while it wrote: what follows must not be glued to the torn line.
                file.WriteByte((byte)'\n');
            }

            return new RunLedger(file, items, time);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What is not known to be gone, without taking the file.</summary>
    public static IReadOnlyList<LedgerItem> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return [.. Fold(ReadRecords(file, out _)).Where(item => item.State != LedgerState.Removed)];
    }

    public LedgerItem? Find(string kind, string name) => Live.FirstOrDefault(item => item.Kind == kind && item.Name == name);

    public IReadOnlyList<LedgerItem> OfKind(string kind) => [.. Live.Where(item => item.Kind == kind)];

    public void Intend(string kind, string name, IReadOnlyDictionary<string, string>? place = null) =>
        Append(kind, name, null, LedgerState.Intended, place);

    public void Created(string kind, string name, string id) => Append(kind, name, id, LedgerState.Created, null);

    /// <summary>Something of ours that was there already: afterwards the ledger names it, whatever it knew before.</summary>
    public void Adopt(string kind, string name, string id, IReadOnlyDictionary<string, string>? place = null)
    {
        var known = Find(kind, name);
        if (known is null)
        {
            Intend(kind, name, place);
        }

        if (known is null || known.State != LedgerState.Created || known.Id != id)
        {
            Created(kind, name, id);
        }
    }

    public void Removed(string kind, string name) => Append(kind, name, null, LedgerState.Removed, null);

    public void Dispose() => _file.Dispose();

    private void Append(string kind, string name, string? id, LedgerState state, IReadOnlyDictionary<string, string>? place)
    {
        var record = new LedgerRecord(_time.GetUtcNow(), kind, name, id, state, place);
        var line = JsonSerializer.SerializeToUtf8Bytes(record, LedgerJson.Default.LedgerRecord);
        _file.Write([.. line, (byte)'\n']);
        _file.Flush(flushToDisk: true);
        Apply(_items, record);
    }

    private static List<LedgerItem> Fold(IEnumerable<LedgerRecord> records)
    {
        var items = new List<LedgerItem>();
        foreach (var record in records)
        {
            Apply(items, record);
        }

        return items;
    }

    private static void Apply(List<LedgerItem> items, LedgerRecord record)
    {
        var index = items.FindIndex(item => item.Kind == record.Kind && item.Name == record.Name);
        if (index >= 0)
        {
            items[index] = items[index].With(record);
        }
        else
        {
            items.Add(LedgerItem.From(record));
        }
    }

    private static List<LedgerRecord> ReadRecords(FileStream file, out bool endsInMidLine)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        endsInMidLine = bytes.Length > 0 && bytes[^1] != (byte)'\n';

        var records = new List<LedgerRecord>();
        foreach (var range in bytes.AsSpan().Split((byte)'\n'))
        {
            var line = bytes.AsSpan()[range];
            if (!line.IsEmpty && Parse(line) is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    // A torn line was never answered for: nothing was made on its strength.
    private static LedgerRecord? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, LedgerJson.Default.LedgerRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
