namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A multipart upload, as stored: what the object will be.</summary>
public sealed record UploadRecord(string Id, ObjectInfo Object, DateTimeOffset Initiated);
