namespace TempoCos.IbmCloud.Tags;

/// <summary>The tags of a resource that has no record of its own to keep them in.</summary>
/// <param name="Crn">The resource.</param>
/// <param name="ResourceCreatedAt">Tells it from an earlier one of the same name.</param>
/// <param name="AttachedAt">When they were last changed.</param>
/// <param name="Names">The tags.</param>
public sealed record ResourceTags(string Crn, DateTimeOffset ResourceCreatedAt, DateTimeOffset AttachedAt, string[] Names);
