namespace TempoCos.IbmCloud.ObjectStorage.Storage;

/// <summary>Which pages of other origins a browser lets reach the bucket.</summary>
public sealed record CorsRule(string? Id, List<string> Origins, List<string> Methods, List<string> Headers, List<string> Exposed, int? MaxAgeSeconds);
