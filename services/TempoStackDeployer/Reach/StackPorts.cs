using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>The ports of a TempoStack that a run speaks to.</summary>
internal sealed record StackPorts(ServicePort Otlp, ServicePort QueryFrontend, ServicePort? Jaeger, ServicePort Ingester)
{
    public static StackPorts Of(StackManifest manifest)
    {
        ServicePort Port(string component, string name) => new(manifest.Namespace, $"tempo-{manifest.Name}-{component}", name);
        return new StackPorts(
            Port("distributor", "otlp-grpc"), Port("query-frontend", "http"), manifest.HasJaeger ? Port("query-frontend", "jaeger-ui") : null, Port("ingester", "http"));
    }

    /// <summary>The number that the operator gives a Service's port of this name.</summary>
    public static int Number(ServicePort port) => port.Port switch
    {
        "otlp-grpc" => 4317,
        "jaeger-ui" => 16686,
        _ => 3200,
    };
}
