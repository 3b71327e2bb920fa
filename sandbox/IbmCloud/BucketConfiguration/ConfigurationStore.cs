using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>The settings of all buckets. Those of a bucket that is gone are found no more, also when its name comes back.</summary>
public sealed class ConfigurationStore(DataDirectory data, TimeProvider time)
{
    private readonly JsonTable<StoredConfiguration> _rows = new(data.Folder("cos", "configuration"), ConfigurationJson.Default.StoredConfiguration);
    private readonly Lock _gate = new();

    public StoredConfiguration Of(BucketRecord bucket) =>
        _rows.Find(bucket.Name) is { } row && row.BucketCreatedAt == bucket.CreatedAt ? row : new StoredConfiguration(bucket.CreatedAt, bucket.CreatedAt, ResourceConfiguration.None, null);

    /// <summary>Changes the settings, unless <paramref name="expected"/> is another version than theirs: then null.</summary>
    public StoredConfiguration? Change(BucketRecord bucket, string? expected, Func<ResourceConfiguration, ResourceConfiguration> change)
    {
        lock (_gate)
        {
            var current = Of(bucket);
            return expected is null || expected == "*" || expected == current.ETag
                ? _rows.Put(bucket.Name, current with { Settings = change(current.Settings), UpdatedAt = Later(current) })
                : null;
        }
    }

    /// <summary>Remembers the root key that a bucket has been created with.</summary>
    public void SetRootKey(BucketRecord bucket, string crn)
    {
        lock (_gate)
        {
            _rows.Put(bucket.Name, Of(bucket) with { RootKeyCrn = crn });
        }
    }

    /// <summary>Two changes within the clock's resolution have different versions.</summary>
    private DateTimeOffset Later(StoredConfiguration current) => time.GetUtcNow() is var now && now > current.UpdatedAt ? now : current.UpdatedAt.AddTicks(1);
}
