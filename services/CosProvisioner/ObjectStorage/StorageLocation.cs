namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>Where buckets of a region are made and reached.</summary>
/// <param name="Region">Location code, such as us-east, us or ams03.</param>
/// <param name="EndpointType">public, private or direct.</param>
/// <param name="Endpoint">With scheme, without path.</param>
internal sealed record StorageLocation(string Region, string EndpointType, string Endpoint);
