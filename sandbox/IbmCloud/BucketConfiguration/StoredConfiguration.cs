namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>A bucket's settings, as stored.</summary>
/// <param name="BucketCreatedAt">Tells the bucket from an earlier one of the same name.</param>
/// <param name="UpdatedAt">When they were last changed.</param>
/// <param name="Settings">The settings.</param>
/// <param name="RootKeyCrn">The root key that the bucket was created with.</param>
public sealed record StoredConfiguration(DateTimeOffset BucketCreatedAt, DateTimeOffset UpdatedAt, ResourceConfiguration Settings, string? RootKeyCrn)
{
    /// <summary>Changes with every change of the settings.</summary>
    public string ETag => $"\"{UpdatedAt.UtcTicks:x}\"";
}
