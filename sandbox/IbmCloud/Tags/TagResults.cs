namespace TempoCos.IbmCloud.Tags;

/// <summary>What came of attach or detach.</summary>
public sealed record TagResults(TagResult[] Results);
