namespace TempoCos.Cluster.Operator;

/// <summary>The release that this operator behaves as, and the images that its bundle names.</summary>
public static class OperatorVersion
{
    public const string Number = "0.22.0";
    public const string Tempo = "2.10.8";
    public const string TempoImage = $"docker.io/grafana/tempo:{Tempo}";
    public const string TempoQueryImage = $"docker.io/grafana/tempo-query:{Tempo}";
    public const string JaegerQueryImage = "docker.io/jaegertracing/jaeger-query:1.68.0";
    public const string GatewayImage = "quay.io/observatorium/api:main-2026-08-13-db2b289";
    public const string GatewayOpaImage = "quay.io/observatorium/opa-openshift:main-2026-07-01-dbb77e0";
    public const string OauthProxyImage = "quay.io/openshift/origin-oauth-proxy:4.14";
}
