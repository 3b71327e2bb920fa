namespace Aspire.Hosting.Dcp;

/// <summary>Text in which DCP puts the port on which the process itself must listen.</summary>
internal sealed record PortTemplate(Endpoint Endpoint, string Prefix = "")
{
    public override string ToString() => $$$"""{{{Prefix}}}{{- portForServing "{{{Endpoint.Service}}}" -}}""";
}
