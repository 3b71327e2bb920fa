using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TempoCos.IbmCloud.Hosting;

/// <summary>Records by id, each a JSON file of a directory; all of them in memory.</summary>
public sealed class JsonTable<T>
    where T : class
{
    private readonly ConcurrentDictionary<string, T> _rows = new(StringComparer.Ordinal);
    private readonly string _directory;
    private readonly JsonTypeInfo<T> _type;

    public JsonTable(string directory, JsonTypeInfo<T> type)
    {
        _directory = directory;
        _type = type;
        foreach (var file in Directory.EnumerateFiles(directory))
        {
            if (!file.EndsWith(".json", StringComparison.Ordinal))
            {
                // A write that a kill cut short.
                File.Delete(file);
                continue;
            }

            _rows[Path.GetFileNameWithoutExtension(file)] = JsonSerializer.Deserialize(File.ReadAllBytes(file), type)
                ?? throw new InvalidDataException($"{file} holds no record");
        }
    }

    public IEnumerable<T> All => _rows.Values;

    public T? Find(string id) => _rows.GetValueOrDefault(id);

    public bool TryFind(string id, [NotNullWhen(true)] out T? row) => _rows.TryGetValue(id, out row);

    /// <summary>Writes the record; it is in force when this returns.</summary>
    public T Put(string id, T row)
    {
        AtomicFile.Write(FileOf(id), JsonSerializer.SerializeToUtf8Bytes(row, _type));
        _rows[id] = row;
        return row;
    }

    public void Remove(string id)
    {
        _rows.TryRemove(id, out _);
        File.Delete(FileOf(id));
    }

    private string FileOf(string id) => Path.Combine(_directory, id + ".json");
}
