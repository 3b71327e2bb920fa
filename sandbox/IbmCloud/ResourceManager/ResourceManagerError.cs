namespace TempoCos.IbmCloud.ResourceManager;

/// <summary>The resource manager's error envelope.</summary>
public sealed record ResourceManagerError(string Trace, ResourceManagerErrorItem[] Errors);
