namespace TempoCos.TempoBlocks;

/// <summary>One listed object. <paramref name="Size"/> is in bytes.</summary>
public sealed record StoredObject(string Key, long Size, DateTimeOffset LastModified);
