using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>The ports of a TempoStack or TempoMonolithic that a run speaks to.</summary>
/// <param name="Otlp">OTLP/gRPC, of the gateway where there is one.</param>
/// <param name="QueryFrontend">Tempo's API.</param>
/// <param name="Jaeger">Jaeger's API; null without it.</param>
/// <param name="Ingester">The ingester's own HTTP, which no gateway leads to.</param>
internal sealed record StackPorts(ServicePort Otlp, ServicePort QueryFrontend, ServicePort? Jaeger, ServicePort Ingester)
{
    private const string Public = "public";

    public static StackPorts Of(StackManifest manifest)
    {
        var stack = $"tempo-{manifest.Name}";
        var gateway = Port("-gateway", Public);
        return manifest switch
        {
            { IsMonolithic: true, HasGateway: true } => new(Port("-gateway", "otlp-grpc"), gateway, manifest.HasJaeger ? gateway : null, Port("-gateway", "http")),
            { IsMonolithic: true } => new(Port("", "otlp-grpc"), Port("", "http"), manifest.HasJaeger ? Port("-jaegerui", "jaeger-ui") : null, Port("", "http")),
            { HasGateway: true } => new(Port("-gateway", "grpc-public"), gateway, manifest.HasJaeger ? gateway : null, Port("-ingester", "http")),
            _ => new(Port("-distributor", "otlp-grpc"), Port("-query-frontend", "http"), manifest.HasJaeger ? Port("-query-frontend", "jaeger-ui") : null, Port("-ingester", "http")),
        };

        ServicePort Port(string component, string name) => new(manifest.Namespace, stack + component, name);
    }
}
