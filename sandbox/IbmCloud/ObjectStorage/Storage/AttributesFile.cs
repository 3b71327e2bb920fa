namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>Changed attributes, as stored beside the object that has this sequence number; beside another they are stale.</summary>
public sealed record AttributesFile(long Sequence, ObjectAttributes Attributes);
