namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>How far the copies of an object are spread.</summary>
internal enum LocationKind
{
    Regional,
    CrossRegion,
    SingleSite,
}
