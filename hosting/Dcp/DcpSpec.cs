namespace Aspire.Hosting.Dcp;

/// <summary>Of an Executable whether it has been told to stop.</summary>
internal sealed record DcpSpec(bool? Stop);
