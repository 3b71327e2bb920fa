namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>The endpoints, as the receipt names them.</summary>
internal static class EndpointName
{
    public const string OtlpGrpc = "otlp-grpc";
    public const string QueryFrontend = "query-frontend";
    public const string Jaeger = "jaeger";
    public const string Ingester = "ingester";
}
