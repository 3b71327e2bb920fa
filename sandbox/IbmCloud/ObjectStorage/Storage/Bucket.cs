using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>
/// A bucket: a directory of object files, one for each version, named by the hash of the key and the version's id, and the index of its keys in memory.
/// Each change is one rename or one deletion, so that a kill leaves it done or not begun.
/// </summary>
public sealed class Bucket
{
    private const string AmendedSuffix = "+attributes";
    private const string NullVersion = "null";
    private readonly string _objects;
    private readonly string _settingsFile;
    private readonly bool[] _folderMade = new bool[256];
    private readonly ObjectIndex _index = new();
    private readonly Lock _gate = new();
    private readonly UploadTable _uploads;
    private readonly TimeProvider _time;
    private long _lastSequence;
    private bool _deleted;

    public Bucket(string directory, BucketRecord record, string drafts, TimeProvider time, Action<string> reportBroken)
    {
        Directory = directory;
        Record = record;
        Drafts = drafts;
        _time = time;
        _objects = Path.Combine(directory, "objects");
        _settingsFile = Path.Combine(directory, "settings.json");
        Settings = File.Exists(_settingsFile)
            ? JsonSerializer.Deserialize(File.ReadAllBytes(_settingsFile), StorageJson.Default.BucketSettings) ?? new BucketSettings()
            : new BucketSettings();
        LoadObjects(reportBroken);
        _uploads = new UploadTable(Path.Combine(directory, "uploads"), drafts, reportBroken);
    }

    public string Directory { get; }

    public BucketRecord Record { get; }

    /// <summary>Where temporary files go, on the same file system.</summary>
    public string Drafts { get; }

    public BucketSettings Settings { get; private set; }

    /// <summary>Uploads in progress; what a lifecycle rule has aborted by now is not among them.</summary>
    public IEnumerable<Upload> Uploads
    {
        get
        {
            AbortExpiredUploads();
            return _uploads.All;
        }
    }

    /// <summary>The id by which a version is named: null is the version without one.</summary>
    public static string NameOf(string? versionId) => versionId ?? NullVersion;

    public static string? ParseVersionId(string name) => name == NullVersion ? null : name;

    /// <summary>The place in the order of versions that an id tells; null when it tells none.</summary>
    public static long? SequenceOf(string versionId)
    {
        var digits = versionId.Replace("-", "", StringComparison.Ordinal);
        return digits.Length == 32 && long.TryParse(digits.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sequence) ? sequence : null;
    }

    /// <summary>The current version; null when there is none, or it is a delete marker.</summary>
    public ObjectFile? Open(string key) => Open(key, head => head is { IsDeleteMarker: false } ? head : null);

    /// <summary>A version of that id; null when there is none.</summary>
    public ObjectFile? OpenVersion(string key, string? versionId) => Open(key, head => head?.Find(versionId));

    /// <summary>The newest version, perhaps a delete marker; null when the key has none.</summary>
    public IndexEntry? Find(string key)
    {
        lock (_gate)
        {
            return _index.Find(key);
        }
    }

    /// <summary>
    /// Makes a draft the current version of its key, when <paramref name="precondition"/> agrees to what is there now; returns what was stored.
    /// </summary>
    public ObjectInfo Commit(Draft draft, ObjectInfo info, Action<IndexEntry?>? precondition = null)
    {
        lock (_gate)
        {
            RequireOpen();
            var head = _index.Find(info.Key);
            precondition?.Invoke(head is { IsDeleteMarker: false } ? head : null);
            return Put(draft, info, head);
        }
    }

    /// <summary>Deletes the current version, or covers it by a delete marker where versions are kept.</summary>
    public DeletedVersion Delete(string key, Action<IndexEntry?>? precondition = null)
    {
        lock (_gate)
        {
            RequireOpen();
            var head = _index.Find(key);
            precondition?.Invoke(head);
            if (Settings.Versioning == VersioningState.Off)
            {
                if (head is not null)
                {
                    RemoveFile(head, head);
                }

                return new DeletedVersion(null, false, false);
            }

            if (head is null && precondition is not null)
            {
                // What is to be deleted on a condition is not there, and nothing is to be covered.
                return new DeletedVersion(null, false, false);
            }

            using var draft = Draft.Empty(Drafts);
            var marker = Put(draft, new ObjectInfo { Key = key, LastModified = _time.GetUtcNow(), IsDeleteMarker = true }, head);
            return new DeletedVersion(NameOf(marker.VersionId), true, true);
        }
    }

    /// <summary>Deletes one version for good. One that is not there is no error.</summary>
    public DeletedVersion DeleteVersion(string key, string? versionId, Action<IndexEntry?>? precondition = null)
    {
        lock (_gate)
        {
            RequireOpen();
            var head = _index.Find(key);
            var version = head?.Find(versionId);
            precondition?.Invoke(version);
            if (version is not null)
            {
                RemoveFile(head!, version);
            }

            return new DeletedVersion(NameOf(versionId), version is { IsDeleteMarker: true }, false);
        }
    }

    /// <summary>
    /// Changes the attributes of a version, of the current one for null; returns the version, or null when there is none.
    /// </summary>
    public IndexEntry? Amend(string key, Func<IndexEntry, IndexEntry?> select, Func<IndexEntry, ObjectAttributes> change)
    {
        lock (_gate)
        {
            RequireOpen();
            if (_index.Find(key) is not { } head || select(head) is not { } version)
            {
                return null;
            }

            var attributes = change(version);
            AtomicFile.Write(
                FileOf(key, version.VersionId) + AmendedSuffix,
                JsonSerializer.SerializeToUtf8Bytes(new AttributesFile(version.Sequence, attributes), StorageJson.Default.AttributesFile));
            var amended = version with { Attributes = attributes, IsAmended = true };
            _index.Set(head.With(version, amended)!);
            return amended;
        }
    }

    /// <summary>Changes the settings; they are in force when this returns.</summary>
    public void Change(Func<BucketSettings, BucketSettings> change)
    {
        lock (_gate)
        {
            RequireOpen();
            var settings = change(Settings);
            AtomicFile.Write(_settingsFile, JsonSerializer.SerializeToUtf8Bytes(settings, StorageJson.Default.BucketSettings));
            Settings = settings;
        }
    }

    /// <summary>How many objects, and of how many bytes; older versions do not count.</summary>
    public (int Count, long Bytes) Usage()
    {
        lock (_gate)
        {
            return (_index.Objects, _index.Bytes);
        }
    }

    /// <summary>Versions that are not current, and all delete markers.</summary>
    public VersionTotals NoncurrentUsage()
    {
        lock (_gate)
        {
            return _index.Totals with { Versions = _index.Totals.Versions - _index.Objects, Bytes = _index.Totals.Bytes - _index.Bytes };
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
    public bool TryClose(bool uploadsCount)
    {
        lock (_gate)
        {
            RequireOpen();
            if (_index.Count > 0 || (uploadsCount && Uploads.Any()))
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

    public Upload CreateUpload(ObjectInfo info, bool checksumIsChosen)
    {
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            RequireOpen();
            return _uploads.Create(new UploadRecord(TimedId(NextSequence(now)), info, now, checksumIsChosen));
        }
    }

    public Upload? FindUpload(string id, string key)
    {
        AbortExpiredUploads();
        return _uploads.Find(id) is { } upload && upload.Record.Object.Key == key ? upload : null;
    }

    /// <summary>Ends an upload; false when another request did so before.</summary>
    public bool RemoveUpload(Upload upload) => _uploads.Remove(upload);

    /// <summary>When a lifecycle rule will abort an upload of that key, begun then; and the rule's id. Null for never.</summary>
    public (DateTimeOffset At, string Rule)? AbortOf(string key, DateTimeOffset initiated)
    {
        (DateTimeOffset At, string Rule)? first = null;
        foreach (var rule in Settings.Lifecycle ?? [])
        {
            if (rule is { Enabled: true, AbortDays: { } days } && key.StartsWith(rule.Prefix, StringComparison.Ordinal)
                && (first is null || initiated.AddDays(days) < first.Value.At))
            {
                first = (initiated.AddDays(days), rule.Id);
            }
        }

        return first;
    }

    // An id that tells the order of its making, in the form of Cloud Object Storage's own.
    private static string TimedId(long sequence) => new Guid(
        (int)(sequence >> 32), (short)(sequence >> 16), (short)sequence, RandomNumberGenerator.GetBytes(8)).ToString();

    private static IndexEntry EntryOf(ObjectInfo info, ObjectAttributes? amended = null) => new(info.Key, info.Size, info.ETag, info.LastModified)
    {
        VersionId = info.VersionId,
        Sequence = SequenceOf(info),
        IsDeleteMarker = info.IsDeleteMarker,
        Checksum = info.Checksum,
        ChecksumType = info.ChecksumType,
        Owner = info.Owner,
        Attributes = amended ?? info.Attributes,
        IsAmended = amended is not null,
    };

    // Files of before there were versions have none.
    private static long SequenceOf(ObjectInfo info) => info.Sequence > 0 ? info.Sequence : info.LastModified.UtcTicks;

    private ObjectFile? Open(string key, Func<IndexEntry?, IndexEntry?> select)
    {
        while (true)
        {
            if (select(Find(key)) is not { } entry)
            {
                return null;
            }

            // Outside of the lock: the file may be replaced or removed meanwhile, and then the index tells so.
            var file = ObjectFile.Open(FileOf(key, entry.VersionId));
            if (file is not null && SequenceOf(file.Info) == entry.Sequence)
            {
                return entry.IsAmended ? file.With(entry.Attributes) : file;
            }

            file?.Dispose();
            if (ReferenceEquals(select(Find(key)), entry))
            {
                throw new InvalidDataException($"the file of {key} is gone");
            }
        }
    }

    private ObjectInfo Put(Draft draft, ObjectInfo info, IndexEntry? head)
    {
        var sequence = NextSequence(info.LastModified);
        info = info with { Sequence = sequence, VersionId = Settings.Versioning == VersioningState.Enabled ? TimedId(sequence) : null };
        var file = FileOf(info.Key, info.VersionId);
        MakeFolderOf(file);
        draft.MoveTo(file, info);
        var replaced = info.VersionId is null ? head?.Find(null) : null;
        _index.Set(EntryOf(info).Over(replaced is null ? head : head!.With(replaced, null)));
        if (replaced is { IsAmended: true })
        {
            File.Delete(file + AmendedSuffix);
        }

        return info;
    }

    private void RemoveFile(IndexEntry head, IndexEntry version)
    {
        var file = FileOf(version.Key, version.VersionId);
        File.Delete(file);
        if (version.IsAmended)
        {
            File.Delete(file + AmendedSuffix);
        }

        if (head.With(version, null) is { } rest)
        {
            _index.Set(rest);
        }
        else
        {
            _index.Remove(version.Key);
        }
    }

    private long NextSequence(DateTimeOffset now) => _lastSequence = Math.Max(_lastSequence + 1, now.UtcTicks);

    private void RequireOpen()
    {
        if (_deleted)
        {
            throw S3Errors.NoSuchBucket();
        }
    }

    private void AbortExpiredUploads()
    {
        if (_uploads.IsEmpty || Settings.Lifecycle is null)
        {
            return;
        }

        var now = _time.GetUtcNow();
        foreach (var upload in _uploads.All)
        {
            if (AbortOf(upload.Record.Object.Key, upload.Record.Initiated) is { } abort && abort.At <= now)
            {
                _uploads.Remove(upload);
            }
        }
    }

    private string FileOf(string key, string? versionId)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        var name = Convert.ToHexStringLower(hash);
        var path = Path.Join(_objects, name.AsSpan(0, 2), name.AsSpan(2));
        return versionId is null ? path : $"{path}.{versionId}";
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
        var entries = new List<IndexEntry>();
        foreach (var path in System.IO.Directory.EnumerateFiles(_objects, "*", SearchOption.AllDirectories))
        {
            if (path.Contains(AmendedSuffix, StringComparison.Ordinal))
            {
                continue;
            }

            try
            {
                using var file = ObjectFile.Open(path);
                if (file is not null)
                {
                    entries.Add(EntryOf(file.Info, LoadAmended(path, file.Info)));
                }
            }
            catch (Exception exception) when (exception is InvalidDataException or JsonException)
            {
                reportBroken(path);
            }
        }

        foreach (var entry in entries.OrderBy(entry => entry.Sequence))
        {
            _index.Set(entry.Over(_index.Find(entry.Key)));
            _lastSequence = entry.Sequence;
        }
    }

    private static ObjectAttributes? LoadAmended(string path, ObjectInfo info)
    {
        var file = path + AmendedSuffix;
        if (!File.Exists(file))
        {
            return null;
        }

        if (JsonSerializer.Deserialize(File.ReadAllBytes(file), StorageJson.Default.AttributesFile) is { } amended && amended.Sequence == SequenceOf(info))
        {
            return amended.Attributes;
        }

        // The object was replaced, and the process killed before it could clear up.
        File.Delete(file);
        return null;
    }
}
