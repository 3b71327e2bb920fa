namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>A multipart upload, as stored: what the object will be.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Object">All but the bytes.</param>
/// <param name="Initiated">When it began.</param>
/// <param name="ChecksumIsChosen">Whether the client chose the checksum, so that all parts must carry it.</param>
public sealed record UploadRecord(string Id, ObjectInfo Object, DateTimeOffset Initiated, bool ChecksumIsChosen = false);
