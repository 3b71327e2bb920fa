namespace TempoCos.IbmCloud.ResourceController;

/// <summary>The account that the data directory belongs to.</summary>
public sealed record CloudAccount(string Id, string OwnerIamId);
