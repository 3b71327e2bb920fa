namespace Aspire.Hosting.Dcp;

/// <summary>An object of DCP's API: a Service or an Executable.</summary>
internal sealed record DcpObject<TSpec, TStatus>(string ApiVersion, string Kind, DcpMetadata Metadata, TSpec Spec, TStatus? Status)
    where TStatus : class;
