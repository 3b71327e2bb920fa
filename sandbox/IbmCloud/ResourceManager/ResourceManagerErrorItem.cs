namespace TempoCos.IbmCloud.ResourceManager;

/// <summary>One error of the envelope.</summary>
public sealed record ResourceManagerErrorItem(string Code, string Message);
