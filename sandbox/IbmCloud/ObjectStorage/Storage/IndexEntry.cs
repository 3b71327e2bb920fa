namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>What lists show of an object.</summary>
public sealed record IndexEntry(string Key, long Size, string ETag, DateTimeOffset LastModified);
