namespace Aspire.Hosting.Dcp;

internal sealed record DcpMetadata(string Name, Dictionary<string, string>? Annotations = null, string? Uid = null);
