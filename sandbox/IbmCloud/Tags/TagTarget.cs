namespace TempoCos.IbmCloud.Tags;

/// <summary>A resource that is to be tagged; its id is its CRN.</summary>
public sealed record TagTarget(string? ResourceId);
