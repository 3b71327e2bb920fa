namespace TempoCos.IbmCloud.Tags;

/// <summary>Body of attach and detach.</summary>
public sealed record TagRequest(string? TagName, string[]? TagNames, TagTarget[]? Resources);
