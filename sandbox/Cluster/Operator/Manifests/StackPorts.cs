using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>The ports of Tempo's components, by the names that the operator gives them.</summary>
public static class StackPorts
{
    public const string TenantHeader = "x-scope-orgid";
    public const string RingAddressVariable = "HASH_RING_INSTANCE_ADDR";
    public const int InternalServer = 3101;

    public static StackPort Http { get; } = new("http", 3200);

    public static StackPort Grpc { get; } = new("grpc", 9095);

    public static StackPort Memberlist { get; } = new("http-memberlist", 7946);

    public static StackPort GrpcLoadBalancing { get; } = new("grpclb", 9096);

    public static StackPort OtlpHttp { get; } = new("otlp-http", 4318);

    public static StackPort OtlpGrpc { get; } = new("otlp-grpc", 4317);

    public static StackPort TempoInternal { get; } = new("tempo-internal", InternalServer);

    public static StackPort TempoQuery { get; } = new("proxy-grpc", 7777);

    public static StackPort OauthProxy { get; } = new("oauth-proxy", 8443);

    /// <summary>Open only where no gateway stands before the distributor.</summary>
    public static IReadOnlyList<StackPort> OldReceivers { get; } =
        [new("thrift-http", 14268), new("thrift-compact", 6831, "UDP"), new("thrift-binary", 6832, "UDP"), new("jaeger-grpc", 14250), new("http-zipkin", 9411)];

    public static IReadOnlyList<StackPort> Jaeger { get; } = [new("jaeger-grpc", 16685), new("jaeger-ui", 16686), new("jaeger-metrics", 16687)];

    public static IReadOnlyList<StackPort> Gateway { get; } = [new("grpc-public", 8090), new("internal", 8081), new("public", 8080)];

    public static JsonArray OfService(IEnumerable<StackPort> ports) => ports.Select(port => (JsonNode)OfService(port, port.Name)).ToJsonArray();

    public static JsonObject OfService(StackPort port, string target) =>
        Map(("name", port.Name), ("port", port.Number), ("protocol", port.Protocol), ("targetPort", target));

    public static JsonArray OfContainer(IEnumerable<StackPort> ports) =>
        ports.Select(port => (JsonNode)Map(("name", port.Name), ("containerPort", port.Number), ("protocol", port.Protocol))).ToJsonArray();
}
