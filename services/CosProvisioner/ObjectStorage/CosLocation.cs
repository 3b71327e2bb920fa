namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>A place that buckets can be asked for.</summary>
/// <param name="Name">What stands in endpoints: us-east, eu, ams03, or dal.us for one access point of a cross-region location.</param>
/// <param name="Bucket">What stands in location constraints: the name, but for an access point the location that it belongs to.</param>
internal sealed record CosLocation(string Name, LocationKind Kind, string Bucket)
{
    public static CosLocation Unlisted(string name, LocationKind kind) => new(name, kind, name);

    /// <summary>One-rate buckets are not spread over regions.</summary>
    public bool Offers(string storageClass) => storageClass != StorageClasses.OneRate || Kind != LocationKind.CrossRegion;
}
