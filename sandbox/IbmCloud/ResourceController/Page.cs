namespace TempoCos.IbmCloud.ResourceController;

/// <summary>One page of a list.</summary>
public sealed record Page<T>(int RowsCount, string? NextUrl, T[] Resources);
