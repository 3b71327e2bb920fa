namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>Versions of the bucket can be locked, and are from the start when there is a default.</summary>
public sealed record ObjectLockSettings(string? DefaultMode, int? Days, int? Years)
{
    public ObjectRetention? DefaultAt(DateTimeOffset now) => DefaultMode is null ? null
        : new ObjectRetention(DefaultMode, Days is { } days ? now.AddDays(days) : now.AddYears(Years ?? 0));
}
