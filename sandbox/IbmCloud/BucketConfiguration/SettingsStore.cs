using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>The settings of all buckets. Those of a bucket that is gone are found no more, also when its name comes back.</summary>
public sealed class SettingsStore(DataDirectory data, TimeProvider time)
{
    private readonly JsonTable<StoredSettings> _rows = new(data.Folder("cos", "settings"), SettingsJson.Default.StoredSettings);
    private readonly Lock _gate = new();

    public StoredSettings Of(BucketRecord bucket) =>
        _rows.Find(bucket.Name) is { } row && row.BucketCreatedAt == bucket.CreatedAt ? row : new StoredSettings(bucket.CreatedAt, bucket.CreatedAt, BucketSettings.None, null);

    /// <summary>Changes the settings, unless <paramref name="expected"/> is another version than theirs: then null.</summary>
    public StoredSettings? Change(BucketRecord bucket, string? expected, Func<BucketSettings, BucketSettings> change)
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
    private DateTimeOffset Later(StoredSettings current) => time.GetUtcNow() is var now && now > current.UpdatedAt ? now : current.UpdatedAt.AddTicks(1);
}
