using System.Text.Json.Nodes;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>The seven services of a stack.</summary>
public static class ServiceManifests
{
    private const string GossipRing = "gossip-ring";

    public static IEnumerable<JsonObject> Of(TempoStackView stack)
    {
        var jaeger = stack.HasJaeger ? StackPorts.Jaeger : [];
        yield return Service(stack, GossipRing, GossipRing, GossipSelector(stack), [StackPorts.Memberlist], discovery: true);
        yield return Service(stack, "distributor", StackPorts.Receivers);
        yield return Service(stack, "ingester", [StackPorts.Http, StackPorts.Grpc]);
        yield return Service(stack, "querier", [StackPorts.Memberlist, StackPorts.Http, StackPorts.Grpc]);
        yield return Service(stack, "query-frontend", [StackPorts.Http, StackPorts.Grpc, .. jaeger]);
        yield return Service(stack, "query-frontend-discovery", "query-frontend", stack.Labels("query-frontend"),
            [StackPorts.Http, StackPorts.Grpc, StackPorts.GrpcLoadBalancing, .. jaeger], discovery: true);
        yield return Service(stack, "compactor", [StackPorts.Memberlist, StackPorts.Http]);
    }

    private static JsonObject GossipSelector(TempoStackView stack) => new()
    {
        ["app.kubernetes.io/instance"] = stack.Name,
        ["app.kubernetes.io/managed-by"] = "tempo-operator",
        ["app.kubernetes.io/name"] = "tempo",
        ["tempo-gossip-member"] = "true",
    };

    private static JsonObject Service(TempoStackView stack, string component, IEnumerable<StackPort> ports) =>
        Service(stack, component, component, stack.Labels(component), ports, discovery: false);

    private static JsonObject Service(TempoStackView stack, string name, string component, JsonObject selector, IEnumerable<StackPort> ports, bool discovery)
    {
        var spec = new JsonObject { ["ports"] = StackPorts.OfService(ports), ["selector"] = selector };
        if (discovery)
        {
            spec["clusterIP"] = "None";
            spec["publishNotReadyAddresses"] = true;
        }

        return new JsonObject { ["metadata"] = stack.Metadata(stack.NameOf(name), component), ["spec"] = spec };
    }
}
