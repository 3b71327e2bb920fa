namespace Aspire.Hosting.Dcp;

internal sealed record DcpMetadata(string Name, string Uid);
