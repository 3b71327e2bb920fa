namespace TempoCos.IbmCloud.Search;

/// <summary>Where a search goes on; it carries the search itself.</summary>
public sealed record SearchCursor(string Query, string[]? Fields, string AfterCrn);
