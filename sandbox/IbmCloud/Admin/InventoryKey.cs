namespace TempoCos.IbmCloud.Admin;

/// <summary>A resource key that is in force.</summary>
public sealed record InventoryKey(string Guid, string Name, string InstanceCrn, string Role, string? AccessKeyId);
