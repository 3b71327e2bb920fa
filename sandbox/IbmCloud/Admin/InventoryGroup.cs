namespace TempoCos.IbmCloud.Admin;

/// <summary>A resource group; the default one always exists.</summary>
public sealed record InventoryGroup(string Id, string Name, bool Default);
