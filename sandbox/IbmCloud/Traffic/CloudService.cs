namespace TempoCos.IbmCloud.Traffic;

/// <summary>The services that the emulator plays, by the names of the request log.</summary>
public static class CloudService
{
    public const string S3 = "s3";
    public const string Iam = "iam";
    public const string ResourceManager = "rm";
    public const string ResourceController = "rc";
    public const string BucketConfiguration = "config";
    public const string Control = "control";
    public const string Search = "search";
    public const string Tags = "tags";
    public const string Catalog = "catalog";

    /// <summary>The emulator itself; not logged.</summary>
    public const string Admin = "admin";
}
