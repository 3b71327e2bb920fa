using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Api.Storage;

/// <summary>
/// Every change as one line of a file, replayed at start and rewritten when it has grown too long. A last line cut short by a crash is dropped.
/// </summary>
public sealed class ObjectLog : IDisposable
{
    private const long RewriteAbove = 16 << 20;

    private readonly string path;
    private FileStream file;
    private long rewriteAt = RewriteAbove;

    public ObjectLog(string directory)
    {
        path = Path.Combine(directory, "objects.ndjson");
        file = Open(FileMode.OpenOrCreate);
    }

    /// <summary>Whether it is time for <see cref="Rewrite"/>.</summary>
    public bool IsLong => file.Position > rewriteAt;

    /// <summary>The objects as they were last, and the highest version ever given.</summary>
    public (IReadOnlyList<StoredObject> Objects, long Version) Load()
    {
        var objects = new Dictionary<ObjectKey, StoredObject>();
        long version = 0;
        foreach (var line in File.ReadLines(path))
        {
            if (!TryParse(line, out var entry))
            {
                break;
            }

            var key = new ObjectKey(entry.Text("resource")!, entry.Text("namespace")!, entry.Text("name")!);
            version = entry.Number("version") ?? version;
            if (entry.At("object") is JsonObject content)
            {
                objects[key] = new StoredObject(key, content.Text("metadata", "resourceVersion") is { } own ? long.Parse(own, null) : version, content);
            }
            else
            {
                objects.Remove(key);
            }
        }

        return ([.. objects.Values], version);
    }

    public void Append(ObjectKey key, long version, ReadOnlyMemory<byte>? content)
    {
        Write(file, key, version, content);
        file.Flush();
    }

    /// <summary>Replaces the file by the objects that exist.</summary>
    public void Rewrite(IEnumerable<StoredObject> objects, long version)
    {
        file.Dispose();
        var next = path + ".new";
        using (var target = new FileStream(next, Options(FileMode.Create)))
        {
            foreach (var stored in objects)
            {
                Write(target, stored.Key, version, stored.Json);
            }

            Write(target, new ObjectKey("", "", ""), version, null);
            target.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
        file = Open(FileMode.Open);
        rewriteAt = Math.Max(RewriteAbove, file.Position * 4);
    }

    public void Dispose() => file.Dispose();

    private static void Write(FileStream target, ObjectKey key, long version, ReadOnlyMemory<byte>? content)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + (content?.Length ?? 0));
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resource", key.Resource);
            json.WriteString("namespace", key.Namespace);
            json.WriteString("name", key.Name);
            json.WriteNumber("version", version);
            if (content is { } bytes)
            {
                json.WritePropertyName("object");
                json.WriteRawValue(bytes.Span, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        target.Write(buffer.WrittenSpan);
    }

    private static bool TryParse(string line, out JsonObject entry)
    {
        try
        {
            entry = JsonNode.Parse(line) as JsonObject ?? [];
            return entry.Count > 0;
        }
        catch (JsonException)
        {
            entry = [];
            return false;
        }
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 64 << 10 };
        if (mode != FileMode.Open && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private FileStream Open(FileMode mode)
    {
        var opened = new FileStream(path, Options(mode));
        opened.Seek(0, SeekOrigin.End);
        return opened;
    }
}
