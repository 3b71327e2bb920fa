namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>What can be configured of a bucket after its creation; stored beside its record.</summary>
public sealed record BucketSettings
{
    public VersioningState Versioning { get; init; }

    /// <summary>Null: the owner's alone.</summary>
    public AccessControlList? Acl { get; init; }

    public Dictionary<string, string>? Tags { get; init; }

    public List<LifecycleRule>? Lifecycle { get; init; }

    public List<CorsRule>? Cors { get; init; }

    public ObjectLockSettings? ObjectLock { get; init; }

    public PublicAccessBlock? PublicAccess { get; init; }
}
