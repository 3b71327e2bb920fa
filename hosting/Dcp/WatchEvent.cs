namespace Aspire.Hosting.Dcp;

internal sealed record WatchEvent<T>(string Type, T Object);
