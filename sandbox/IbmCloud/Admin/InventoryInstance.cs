namespace TempoCos.IbmCloud.Admin;

/// <summary>A service instance, removed ones included.</summary>
public sealed record InventoryInstance(string Guid, string Name, string State, string ResourceGroupId, string[] Tags);
