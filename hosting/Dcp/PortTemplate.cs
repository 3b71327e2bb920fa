namespace Aspire.Hosting.Dcp;

/// <summary>Text in which DCP puts the port on which the process itself must listen.</summary>
internal sealed record PortTemplate(string Text)
{
    public static string For(EndpointAnnotation endpoint) => $$$"""{{- portForServing "{{{endpoint.Service}}}" -}}""";

    public override string ToString() => Text;
}
