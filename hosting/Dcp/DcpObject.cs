namespace Aspire.Hosting.Dcp;

/// <summary>What has become of an object of DCP's API: a Service or an Executable.</summary>
internal sealed record DcpObject(DcpMetadata Metadata, DcpSpec? Spec, DcpStatus? Status);
