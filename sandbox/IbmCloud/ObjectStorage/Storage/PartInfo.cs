namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A part of what an object was made of.</summary>
/// <param name="Number">As the client counted.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Checksum">Its checksum by the object's algorithm, or null.</param>
public sealed record PartInfo(int Number, long Size, string? Checksum);
