namespace TempoCos.IbmCloud.ResourceManager;

/// <summary>The groups of an account; there are no pages.</summary>
public sealed record ResourceGroupList(ResourceGroup[] Resources);
