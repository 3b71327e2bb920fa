using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>The ports of Tempo's components, by the names that the operator gives them.</summary>
public static class StackPorts
{
    public static StackPort Http { get; } = new("http", 3200);

    public static StackPort Grpc { get; } = new("grpc", 9095);

    public static StackPort Memberlist { get; } = new("http-memberlist", 7946);

    public static StackPort GrpcLoadBalancing { get; } = new("grpclb", 9096);

    public static IReadOnlyList<StackPort> Receivers { get; } =
    [
        new("otlp-http", 4318), new("otlp-grpc", 4317), Http, new("thrift-http", 14268), new("thrift-compact", 6831, "UDP"),
        new("thrift-binary", 6832, "UDP"), new("jaeger-grpc", 14250), new("http-zipkin", 9411),
    ];

    public static IReadOnlyList<StackPort> Jaeger { get; } = [new("jaeger-grpc", 16685), new("jaeger-ui", 16686), new("jaeger-metrics", 16687)];

    public static JsonArray OfService(IEnumerable<StackPort> ports) => ports.Select(port => (JsonNode)new JsonObject
    {
        ["name"] = port.Name,
        ["port"] = port.Number,
        ["protocol"] = port.Protocol,
        ["targetPort"] = port.Name,
    }).ToJsonArray();

    public static JsonArray OfContainer(IEnumerable<StackPort> ports) => ports.Select(port => (JsonNode)new JsonObject
    {
        ["name"] = port.Name,
        ["containerPort"] = port.Number,
        ["protocol"] = port.Protocol,
    }).ToJsonArray();
}
