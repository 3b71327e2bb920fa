namespace TempoCos.IbmCloud.Tags;

/// <summary>A tag that the account knows, attached or not: it outlives what it was attached to.</summary>
public sealed record AccountTag(string Name);
