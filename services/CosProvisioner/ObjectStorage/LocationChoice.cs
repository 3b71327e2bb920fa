namespace TempoCos.CosProvisioner.ObjectStorage;

/// <summary>Region, endpoint and storage class that go together.</summary>
/// <param name="Remark">What the table and the endpoints document do not agree about; empty when they do.</param>
internal sealed record LocationChoice(StorageLocation Location, string LocationConstraint, string Remark);
