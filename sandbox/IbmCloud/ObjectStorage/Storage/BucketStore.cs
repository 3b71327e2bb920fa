using System.Collections.Concurrent;
using System.Text.Json;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>All buckets; their names are one namespace for everyone.</summary>
public sealed partial class BucketStore
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _reserved = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly string _root;
    private readonly string _drafts;
    private readonly KnobPanel _knobs;
    private readonly TimeProvider _time;
    private readonly ILogger<BucketStore> _logger;

    public BucketStore(DataDirectory data, KnobPanel knobs, TimeProvider time, ILogger<BucketStore> logger)
    {
        _knobs = knobs;
        _time = time;
        _logger = logger;
        _root = data.Folder("cos", "buckets");
        _drafts = data.Folder("cos", "drafts");
        foreach (var left in new DirectoryInfo(_drafts).EnumerateFileSystemInfos())
        {
            // What a kill cut short was never acknowledged.
            if (left is DirectoryInfo directory)
            {
                directory.Delete(recursive: true);
            }
            else
            {
                left.Delete();
            }
        }

        foreach (var directory in Directory.EnumerateDirectories(_root))
        {
            Load(directory);
        }
    }

    public IEnumerable<Bucket> All => _buckets.Values.OrderBy(bucket => bucket.Record.Name, StringComparer.Ordinal);

    public Bucket? Find(string name) => _buckets.GetValueOrDefault(name);

    /// <summary>Creates the bucket, unless the name is taken.</summary>
    /// <param name="record">The bucket.</param>
    /// <param name="settings">What is configured of it from the start.</param>
    /// <param name="asIs">Whether its own owner may create it again, as S3 has it where no location is asked for, when nothing would change.</param>
    public void Create(BucketRecord record, BucketSettings settings, bool asIs)
    {
        lock (_gate)
        {
            if (_buckets.TryGetValue(record.Name, out var taken))
            {
                if (asIs && taken.Record.InstanceGuid == record.InstanceGuid)
                {
                    if (settings.Acl is null == taken.Settings.Acl is null)
                    {
                        return;
                    }

                    throw NameTaken();
                }

                throw taken.Record.InstanceGuid == record.InstanceGuid
                    ? new S3Exception(409, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.")
                    : NameTaken();
            }

            if (_reserved.TryGetValue(record.Name, out var until) && until > _time.GetUtcNow())
            {
                throw NameTaken();
            }

            if (_buckets.Values.Count(bucket => bucket.Record.AccountId == record.AccountId) >= _knobs.Current.BucketLimit)
            {
                throw new S3Exception(400, "TooManyBuckets", "You have attempted to create more buckets than allowed.");
            }

            var draft = Path.Combine(_drafts, Guid.NewGuid().ToString("n"));
            Directory.CreateDirectory(draft);
            AtomicFile.Write(Path.Combine(draft, "bucket.json"), JsonSerializer.SerializeToUtf8Bytes(record, StorageJson.Default.BucketRecord));
            AtomicFile.Write(Path.Combine(draft, "settings.json"), JsonSerializer.SerializeToUtf8Bytes(settings, StorageJson.Default.BucketSettings));
            var directory = Path.Combine(_root, record.Name);
            Directory.Move(draft, directory);
            _buckets[record.Name] = new Bucket(directory, record, _drafts, _time, ReportBroken);
        }
    }

    /// <summary>Deletes an empty bucket.</summary>
    public void Delete(Bucket bucket)
    {
        if (!bucket.TryClose(_knobs.Current.UploadsBlockBucketDeletion))
        {
            throw S3Errors.BucketNotEmpty();
        }

        if (_knobs.Current.NameReservationSeconds > 0)
        {
            Reserve(bucket.Record.Name, _time.GetUtcNow() + TimeSpan.FromSeconds(_knobs.Current.NameReservationSeconds));
        }

        Bury(bucket);
    }

    /// <summary>Deletes an instance's buckets with all that is in them.</summary>
    public void RemoveAllOf(string instanceGuid)
    {
        foreach (var bucket in _buckets.Values.Where(bucket => bucket.Record.InstanceGuid == instanceGuid))
        {
            bucket.Close();
            Bury(bucket);
        }
    }

    /// <summary>Makes a name belong to somebody else until then.</summary>
    public void Reserve(string name, DateTimeOffset until) => _reserved[name] = until;

    private static S3Exception NameTaken() =>
        new(409, "BucketAlreadyExists", "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.");

    private void Bury(Bucket bucket)
    {
        lock (_gate)
        {
            var grave = Path.Combine(_drafts, Guid.NewGuid().ToString("n"));
            Directory.Move(bucket.Directory, grave);
            _buckets.TryRemove(bucket.Record.Name, out _);
            Directory.Delete(grave, recursive: true);
        }
    }

    private void Load(string directory)
    {
        var file = Path.Combine(directory, "bucket.json");
        if (!File.Exists(file) || JsonSerializer.Deserialize(File.ReadAllBytes(file), StorageJson.Default.BucketRecord) is not { } record)
        {
            Log.NoBucket(_logger, directory);
            return;
        }

        _buckets[record.Name] = new Bucket(directory, record, _drafts, _time, ReportBroken);
    }

    private void ReportBroken(string path) => Log.Broken(_logger, path);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is not a whole object and is left out")]
        public static partial void Broken(ILogger logger, string path);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} holds no bucket and is left out")]
        public static partial void NoBucket(ILogger logger, string path);
    }
}
