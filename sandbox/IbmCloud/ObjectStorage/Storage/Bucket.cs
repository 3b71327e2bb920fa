using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A bucket: a directory of object files, named by the hash of the key, and the index of its keys in memory.</summary>
public sealed class Bucket
{
    private readonly string _objects;
    private readonly string _uploadFolder;
    private readonly bool[] _folderMade = new bool[256];
    private readonly ObjectIndex _index = new();
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Upload> _uploads = new(StringComparer.Ordinal);
    private bool _deleted;

    public Bucket(string directory, BucketRecord record, string drafts, Action<string> reportBroken)
    {
        Directory = directory;
        Record = record;
        Drafts = drafts;
        _objects = Path.Combine(directory, "objects");
        _uploadFolder = Path.Combine(directory, "uploads");
        LoadObjects(reportBroken);
        LoadUploads(reportBroken);
    }

    public string Directory { get; }

    public BucketRecord Record { get; }

    /// <summary>Where temporary files go, on the same file system.</summary>
    public string Drafts { get; }

    public IEnumerable<Upload> Uploads => _uploads.Values;

    /// <summary>The object; null when there is none.</summary>
    public ObjectFile? Open(string key) => ObjectFile.Open(FileOf(key));

    /// <summary>Makes a draft the object of its key, when <paramref name="precondition"/> agrees to what is there now.</summary>
    public void Commit(Draft draft, ObjectInfo info, Action<IndexEntry?>? precondition = null)
    {
        var file = FileOf(info.Key);
        lock (_gate)
        {
            if (_deleted)
            {
                throw S3Errors.NoSuchBucket();
            }

            precondition?.Invoke(_index.Find(info.Key));
            MakeFolderOf(file);
            draft.MoveTo(file, info);
            _index.Set(EntryOf(info));
        }
    }

    public void Delete(string key)
    {
        lock (_gate)
        {
            if (_index.Find(key) is not null)
            {
                File.Delete(FileOf(key));
                _index.Remove(key);
            }
        }
    }

    /// <summary>How many objects, and of how many bytes.</summary>
    public (int Count, long Bytes) Usage()
    {
        lock (_gate)
        {
            return (_index.Count, _index.Bytes);
        }
    }

    /// <summary>Reads the order of keys while nothing changes it.</summary>
    public T Browse<T>(Func<ObjectIndex, T> read)
    {
        lock (_gate)
        {
            return read(_index);
        }
    }

    /// <summary>Ends the bucket when it is empty; false when it is not.</summary>
    public bool TryClose()
    {
        lock (_gate)
        {
            if (_deleted)
            {
                throw S3Errors.NoSuchBucket();
            }

            if (_index.Count > 0 || !_uploads.IsEmpty)
            {
                return false;
            }

            _deleted = true;
            return true;
        }
    }

    /// <summary>Ends the bucket with all that is in it.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _deleted = true;
        }
    }

    public Upload CreateUpload(ObjectInfo info, DateTimeOffset now)
    {
        var record = new UploadRecord(Guid.NewGuid().ToString(), info, now);
        var directory = Path.Combine(_uploadFolder, record.Id);
        lock (_gate)
        {
            if (_deleted)
            {
                throw S3Errors.NoSuchBucket();
            }

            System.IO.Directory.CreateDirectory(directory);
            AtomicFile.Write(Path.Combine(directory, "upload.json"), JsonSerializer.SerializeToUtf8Bytes(record, StorageJson.Default.UploadRecord));
            return _uploads[record.Id] = new Upload(directory, record);
        }
    }

    public Upload? FindUpload(string id, string key) =>
        _uploads.TryGetValue(id, out var upload) && upload.Record.Object.Key == key ? upload : null;

    /// <summary>Ends an upload; false when another request did so before.</summary>
    public bool RemoveUpload(Upload upload)
    {
        if (!_uploads.TryRemove(upload.Record.Id, out _))
        {
            return false;
        }

        // Out of sight in one step: a kill in the middle of the deletion leaves no half upload.
        var grave = Path.Combine(Drafts, upload.Record.Id);
        System.IO.Directory.Move(upload.Directory, grave);
        System.IO.Directory.Delete(grave, recursive: true);
        return true;
    }

    private static IndexEntry EntryOf(ObjectInfo info) => new(info.Key, info.Size, info.ETag, info.LastModified);

    private string FileOf(string key)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        var name = Convert.ToHexStringLower(hash);
        return Path.Join(_objects, name.AsSpan(0, 2), name.AsSpan(2));
    }

    private void MakeFolderOf(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        ref var made = ref _folderMade[Convert.ToByte(Path.GetFileName(folder), 16)];
        if (!made)
        {
            System.IO.Directory.CreateDirectory(folder);
            made = true;
        }
    }

    private void LoadObjects(Action<string> reportBroken)
    {
        System.IO.Directory.CreateDirectory(_objects);
        foreach (var path in System.IO.Directory.EnumerateFiles(_objects, "*", SearchOption.AllDirectories))
        {
            try
            {
                using var file = ObjectFile.Open(path);
                if (file is not null)
                {
                    _index.Set(EntryOf(file.Info));
                }
            }
            catch (Exception exception) when (exception is InvalidDataException or JsonException)
            {
                reportBroken(path);
            }
        }
    }

    private void LoadUploads(Action<string> reportBroken)
    {
        System.IO.Directory.CreateDirectory(_uploadFolder);
        foreach (var directory in System.IO.Directory.EnumerateDirectories(_uploadFolder))
        {
            var file = Path.Combine(directory, "upload.json");
            if (!File.Exists(file) || JsonSerializer.Deserialize(File.ReadAllBytes(file), StorageJson.Default.UploadRecord) is not { } record)
            {
                // Killed before the upload had been announced to anyone.
                System.IO.Directory.Delete(directory, recursive: true);
                continue;
            }

            var upload = new Upload(directory, record);
            foreach (var path in System.IO.Directory.EnumerateFiles(directory, "part-*"))
            {
                try
                {
                    using var part = ObjectFile.Open(path);
                    upload.Load(int.Parse(Path.GetFileName(path)[5..], System.Globalization.CultureInfo.InvariantCulture), EntryOf(part!.Info));
                }
                catch (Exception exception) when (exception is InvalidDataException or JsonException)
                {
                    reportBroken(path);
                }
            }

            _uploads[record.Id] = upload;
        }
    }
}
