namespace TempoCos.IbmCloud.Search;

/// <summary>Body of a search.</summary>
public sealed record SearchRequest(string? Query, string[]? Fields, string? SearchCursor);
