namespace TempoCos.IbmCloud.ResourceController;

/// <summary>Where a page starts, and the filters of the list that it is a page of.</summary>
public sealed record PageToken(long CreatedTicks, string Id, Dictionary<string, string> Filters);
