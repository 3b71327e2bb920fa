namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>How many versions, of how many bytes, and how many delete markers.</summary>
public readonly record struct VersionTotals(long Versions, long Bytes, long DeleteMarkers)
{
    public VersionTotals Plus(IndexEntry entry) => entry.IsDeleteMarker
        ? this with { DeleteMarkers = DeleteMarkers + 1 }
        : this with { Versions = Versions + 1, Bytes = Bytes + entry.Size };

    public VersionTotals Plus(VersionTotals other) => new(Versions + other.Versions, Bytes + other.Bytes, DeleteMarkers + other.DeleteMarkers);

    public VersionTotals Minus(VersionTotals other) => new(Versions - other.Versions, Bytes - other.Bytes, DeleteMarkers - other.DeleteMarkers);
}
