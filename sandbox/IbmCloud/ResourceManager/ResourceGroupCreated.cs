namespace TempoCos.IbmCloud.ResourceManager;

/// <summary>All that a creation answers with.</summary>
public sealed record ResourceGroupCreated(string Id, string Crn);
