namespace TempoCos.IbmCloud.Admin;

/// <summary>A reclamation, listed already or not.</summary>
public sealed record InventoryReclamation(string Id, string ResourceInstanceId, string State);
