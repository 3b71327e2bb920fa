namespace TempoCos.IbmCloud.ResourceManager;

/// <summary>Body of create and update.</summary>
public sealed record ResourceGroupRequest(string? Name, string? AccountId, string? State);
