namespace TempoCos.IbmCloud.Tags;

/// <summary>A page of tags.</summary>
public sealed record TagList(int TotalCount, int Offset, int Limit, AccountTag[] Items);
