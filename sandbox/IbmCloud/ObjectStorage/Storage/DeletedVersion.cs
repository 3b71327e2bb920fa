namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>What a deletion did.</summary>
/// <param name="VersionId">The version that is gone, or the delete marker that was made; null when the bucket has no versions.</param>
/// <param name="IsDeleteMarker">Whether that is a delete marker.</param>
/// <param name="Made">Whether a delete marker was made.</param>
public sealed record DeletedVersion(string? VersionId, bool IsDeleteMarker, bool Made);
