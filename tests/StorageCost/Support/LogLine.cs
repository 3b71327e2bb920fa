namespace TempoCos.StorageCost.Tests.Support;

/// <summary>A line of the store's request log, as far as it matters here.</summary>
internal sealed record LogLine(long N, string Service, string Operation, string Method, string Bucket, string Key, string Query, int Status, string Class, long BytesIn, long BytesOut, string? Fault);
