namespace TempoCos.IbmCloud.ResourceController;

/// <summary>Body of reclaim and restore; both members may be missing.</summary>
public sealed record ReclamationRequest(string? RequestBy, string? Comment);
